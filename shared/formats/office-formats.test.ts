import { describe, expect, it } from 'vitest';
import { makeEpub } from '#testing/documents/make-epub.ts';
import { makeOdf, odpSlide, odsSheet } from '#testing/documents/make-odf.ts';
import { makePptx } from '#testing/documents/make-pptx.ts';
import { epub } from './epub/epub.ts';
import { odp } from './odf/odp.ts';
import { ods } from './odf/ods.ts';
import { odt } from './odf/odt.ts';
import { pptx } from './pptx/pptx.ts';
import { readBytes } from './testing/read-bytes.ts';

const DOCTYPE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>';

it('reads slides in the order they are shown, with tables and notes', async () => {
  const { pages } = await readBytes(
    pptx,
    makePptx([
      {
        title: 'Tides & winds',
        paragraphs: ['Spring tides run high', 'Neap tides run low'],
        notes: 'Mention the moon.',
      },
      {
        table: [
          ['Port', 'Range'],
          ['Brest', '7 m'],
        ],
        hidden: true,
      },
      {},
    ]),
  );
  expect(pages).toMatchObject([
    {
      text: '# Tides & winds\n\nSpring tides run high\nNeap tides run low\n\nNotes: Mention the moon.',
      headings: [{ offset: 0, level: 1, title: 'Tides & winds' }],
      place: { kind: 'slide', slide: 1 },
    },
    { text: 'Port | Range\nBrest | 7 m', place: { kind: 'slide', slide: 2 } },
    { text: '', place: { kind: 'slide', slide: 3 } },
  ]);
});

describe('OpenDocument', () => {
  it('reads texts with headings, lists, tables, notes, comments and margins', async () => {
    const body =
      '<text:tracked-changes><text:changed-region><text:p>deleted</text:p></text:changed-region></text:tracked-changes>' +
      '<text:h text:outline-level="1">Pumps</text:h><text:p>Oil<text:s text:c="2"/>&amp; water<text:line-break/>mix' +
      '<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Never in winter.</text:p></text:note-body></text:note>.' +
      '<office:annotation><dc:creator>Ada</dc:creator><dc:date>2024</dc:date><text:p>Really?</text:p></office:annotation></text:p>' +
      '<text:list><text:list-item><text:p>first</text:p><text:list><text:list-item><text:p>inner</text:p></text:list-item></text:list></text:list-item></text:list>' +
      '<text:h text:outline-level="2">Seals</text:h><table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>' +
      '<table:table-cell><text:p>b</text:p><text:p>c</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell><text:p>d</text:p></table:table-cell><table:table-cell/></table:table-row></table:table>';
    const styles =
      '<style:master-page><style:header><text:p>Skerry Bay</text:p></style:header><style:footer><text:p>Page <text:page-number>1</text:page-number></text:p></style:footer></style:master-page>';
    const { pages } = await readBytes(odt, makeOdf('text', body, { styles }));
    expect(pages[0]?.text).toBe(
      '# Pumps\n\nOil  & water\nmix[1].[Comment]\n\n[1] Never in winter.\n\n[Comment] Really?\n- first\n  - inner\n\n## Seals\n\na | b c\nd\n\nSkerry Bay\n\nPage',
    );
    expect(pages[0]?.headings.map(({ title }) => title)).toEqual(['Pumps', 'Seals']);
    expect(pages[0]?.text.slice(pages[0].headings[1]?.offset).startsWith('## Seals')).toBe(true);
  });

  it('reads sheets without believing how large they claim to be', async () => {
    const sheet = odsSheet('Tides', [
      ['Port', 'Range'],
      ['Brest', 7000.5],
    ]);
    const { pages } = await readBytes(ods, makeOdf('spreadsheet', sheet + odsSheet('Two', [['x']])));
    expect(pages.map(({ text }) => text)).toEqual([
      'Tides\n\nPort | Range\nPort: Brest | Range: 7000.5\n',
      'Two\n\nx\n',
    ]);
    const merged =
      '<table:table table:name="M"><table:table-row><table:table-cell office:value-type="string"><text:p>Port</text:p></table:table-cell><table:table-cell><text:p>Day</text:p></table:table-cell></table:table-row>' +
      '<table:table-row><table:table-cell table:number-rows-spanned="2"><text:p>Brest</text:p></table:table-cell><table:table-cell office:value-type="date" office:date-value="2024-03-05T00:00:00"><text:p>5. März</text:p></table:table-cell></table:table-row>' +
      '<table:table-row table:number-rows-repeated="900000"><table:covered-table-cell/><table:table-cell office:value-type="date" office:date-value="2024-03-06T14:30:00"><office:annotation><dc:creator>Ada</dc:creator><text:p>late</text:p></office:annotation><text:p>6. März</text:p></table:table-cell></table:table-row></table:table>';
    const second = await readBytes(ods, makeOdf('spreadsheet', merged));
    expect(second.pages.map(({ text }) => text)).toEqual([
      'M\n\nPort | Day\nPort: Brest | Day: 2024-03-05 (5. März)\nPort: Brest | Day: 2024-03-06 14:30 (6. März)\n',
      'Comment: late\n',
    ]);
  });

  it('reads slides with their notes', async () => {
    const slides = odpSlide('Tides', ['Spring', 'Neap'], 'The moon.') + odpSlide('Winds', ['West'], '');
    const { pages } = await readBytes(odp, makeOdf('presentation', slides));
    expect(pages.map(({ text, place }) => [text, place])).toEqual([
      ['# Tides\n\nSpring\n\nNeap\n\nNotes: The moon.', { kind: 'slide', slide: 1 }],
      ['# Winds\n\nWest', { kind: 'slide', slide: 2 }],
    ]);
  });

  it('refuses what is locked, unsafe or another document', async () => {
    const read = (more: Parameters<typeof makeOdf>[2]) => readBytes(odt, makeOdf('text', '<text:p>x</text:p>', more));
    await expect(read({ encrypted: true })).rejects.toMatchObject({ code: 'ENCRYPTED_DOCUMENT' });
    await expect(read({ prolog: DOCTYPE })).rejects.toMatchObject({ code: 'XML_UNSAFE' });
    await expect(readBytes(ods, makeOdf('text', ''))).rejects.toMatchObject({ code: 'TYPE_MISMATCH' });
  });
});

describe('epub', () => {
  it('reads chapters in reading order', async () => {
    const book = makeEpub('Tides', ['<h1>Moon</h1><p>High<br/>water</p>', '<h1>Sun &amp; wind</h1><p>Low</p>']);
    const { pages } = await readBytes(epub, book);
    expect(pages[0]?.text).toBe('Tides\n\n# Moon\n\nHigh\nwater\n\n# Sun & wind\n\nLow');
    expect(pages[0]?.headings.map(({ title }) => title)).toEqual(['Moon', 'Sun & wind']);
  });

  it('refuses chapters that declare entities', async () => {
    await expect(readBytes(epub, makeEpub('x', ['<p>&a;</p>'], DOCTYPE))).rejects.toMatchObject({ code: 'XML_UNSAFE' });
  });
});
