import { describe, expect, it } from 'vitest';
import { readBytes } from '#shared/formats/testing/read-bytes.ts';
import { makePdfPage, pdfLine } from '#testing/documents/make-pdf-page.ts';
import { readMarkedContent } from './marked-content.ts';
import { pdf } from './pdf.ts';

async function textOf(content: string): Promise<string> {
  const { pages } = await readBytes(pdf, makePdfPage({ content }));
  return pages[0]?.text ?? '';
}

describe('text that marked stretches stand for', () => {
  it('is read instead of the signs that they draw', async () => {
    const signs = `/Span <</ActualText <FEFF0066006C>>> BDC ${pdfLine('#', 107, 700)} EMC`;
    expect(await textOf(`${pdfLine('The snow', 60, 700)}${signs}${pdfLine('akes fall.', 112, 700)}`)).toBe(
      'The snowflakes fall.',
    );
    const several = `/P <</MCID 0>> BDC /Span <</ActualText (a \\(b\\) c)>> BDC ${pdfLine('x', 60, 700)}${pdfLine('y', 66, 700)} EMC EMC`;
    expect(await textOf(several)).toBe('a (b) c');
    expect(await textOf(`/Span <</ActualText ()>> BDC ${pdfLine('x', 60, 700)} EMC ${pdfLine('kept', 60, 680)}`)).toBe(
      'kept',
    );
  });

  it('joins words that a line end had parted', async () => {
    const hyphen = `/Span <</ActualText <FEFF00AD>>> BDC ${pdfLine('-', 100.5, 700)} EMC`;
    expect(await textOf(`${pdfLine('Deutsch', 60, 700)}${hyphen}${pdfLine('land gewinnt', 60, 687)}`)).toBe(
      'Deutschland\ngewinnt',
    );
  });

  it('leaves stretches alone that say nothing', async () => {
    expect(await textOf(`/Span <</MCID 1>> BDC ${pdfLine('said', 60, 700)} EMC`)).toBe('said');
  });
});

describe('readMarkedContent', () => {
  it('finds the beginnings among strings, comments and pictures', () => {
    const instructions =
      '(BDC \\) /Span BMC) Tj % /P BMC\n/Artifact BMC EMC BI /W 1 ID \xff BDC EI /OC /MC0 BDC [(a) -20 <62>] TJ EMC ' +
      '/Span <</Lang (en) /ActualText (f\\154 \\\n)>> BDC EMC';
    expect(readMarkedContent(instructions)).toEqual([
      { tag: 'Artifact', actualText: undefined },
      { tag: 'OC', actualText: undefined },
      { tag: 'Span', actualText: 'fl ' },
    ]);
  });

  it('reads what never ends in one go', () => {
    for (const sign of ['<', '(', '/', '% ', 'BI ID ', '/Span <</ActualText (']) {
      const started = performance.now();
      readMarkedContent(`${sign} `.repeat(200_000));
      expect(performance.now() - started).toBeLessThan(5_000);
    }
  });
});
