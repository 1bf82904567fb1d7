import { expect, it } from 'vitest';
import { readBytes } from '../testing/read-bytes.ts';
import { svg } from './svg.ts';

const ROOT = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">';

async function textOf(inside: string): Promise<string | undefined> {
  return (await readBytes(svg, `${ROOT}${inside}</svg>`)).pages[0]?.text;
}

it('reads title, description and texts, a line each', async () => {
  const { pages, warnings } = await readBytes(
    svg,
    `<?xml version="1.0"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [
  <!ENTITY ns_svg "http://www.w3.org/2000/svg">
]>${ROOT}<title>Plan of the slip</title><desc>Drawn to scale</desc><metadata><x>no</x></metadata>
<style><![CDATA[.st0{fill:#FFF} .off{display:none}]]></style><script>no()</script>
<g><path d="M0 0"/><title>A tooltip</title><text x="5" y="20">Slipway <tspan font-weight="bold">grad</tspan>ient</text></g>
<text class="off">no</text><text visibility="hidden">no</text><g display="none"><text>no</text></g>
<text><textPath xlink:href="#p">Along a path &amp; on</textPath></text></svg>`,
  );
  expect(pages[0]?.text).toBe('# Plan of the slip\nDrawn to scale\nA tooltip\nSlipway gradient\nAlong a path & on');
  expect(pages[0]?.headings).toEqual([{ offset: 0, level: 1, title: 'Plan of the slip' }]);
  expect(warnings).toEqual([]);
});

it('tells lines of a text apart from parts of a line', async () => {
  expect(await textOf('<text y="1"><tspan x="0" y="1">One</tspan><tspan x="0" dy="1.2em">Two</tspan></text>')).toBe(
    'One\nTwo',
  );
  expect(await textOf('<text x="0" y="1"><tspan x="0">One</tspan><tspan x="9">side</tspan></text>')).toBe('One side');
  expect(await textOf('<text>Kran<tspan dx="-0.3">führer</tspan></text>')).toBe('Kranführer');
});

it('reads labels in HTML once', async () => {
  const label = '<div xmlns="http://www.w3.org/1999/xhtml"><p>First<br/>line</p><p>Second</p></div>';
  expect(
    await textOf(
      `<switch><foreignObject>${label}</foreignObject><text>First line Second</text></switch><text>Next</text>`,
    ),
  ).toBe('First\nline\nSecond\nNext');
});

it('says what it cannot read', async () => {
  const shapes = await readBytes(svg, `${ROOT}<path d="M0 0h1"/></svg>`);
  expect(shapes.warnings).toEqual([expect.stringContaining('no text')]);
  const scan = await readBytes(
    svg,
    `${ROOT}<image xlink:href="data:image/png;base64,AAAA"/><text>Sheet 4</text></svg>`,
  );
  expect(scan).toMatchObject({
    pages: [{ text: 'Sheet 4' }],
    warnings: ['A picture in the drawing could not be read.'],
  });
});

it('reads other prefixes, encodings and damage', async () => {
  expect((await readBytes(svg, '<svg:svg><svg:g/><svg:text>Prefixed')).pages[0]?.text).toBe('Prefixed');
  const latin = Buffer.from('<?xml version="1.0" encoding="iso-8859-1"?><svg><text>Br\xfccke</text></svg>', 'latin1');
  expect((await readBytes(svg, latin)).pages[0]?.text).toBe('Brücke');
  const deep = `${ROOT}${'<g>'.repeat(300_000)}<text>Deep`;
  expect((await readBytes(svg, deep)).pages[0]?.text).toBe('Deep');
});
