import { expect, it } from 'vitest';
import { readBytes } from '#shared/formats/testing/read-bytes.ts';
import { makeDocx } from '#testing/documents/make-docx.ts';
import { writeNumberAs } from '../text/write-number-as.ts';
import { docx } from './docx.ts';

const level = (number: number, format: string, text: string, more = ''): string =>
  `<w:lvl w:ilvl="${number}"><w:start w:val="1"/>${more}<w:numFmt w:val="${format}"/><w:lvlText w:val="${text}"/></w:lvl>`;
const kind = (id: number, levels: string): string => `<w:abstractNum w:abstractNumId="${id}">${levels}</w:abstractNum>`;
const list = (id: number, of: number, more = ''): string =>
  `<w:num w:numId="${id}"><w:abstractNumId w:val="${of}"/>${more}</w:num>`;

/** @param items the list, the level and the text of each; or a style in place of the first two */
async function read(
  numbering: string,
  items: readonly (readonly [number, number, string] | readonly [string, string])[],
  styles = '',
): Promise<string> {
  const bodyXml = items
    .map((item) => {
      const settings =
        item.length === 2
          ? `<w:pStyle w:val="${item[0]}"/>`
          : `<w:numPr><w:ilvl w:val="${item[1]}"/><w:numId w:val="${item[0]}"/></w:numPr>`;
      return `<w:p><w:pPr>${settings}</w:pPr><w:r><w:t>${item.at(-1)}</w:t></w:r></w:p>`;
    })
    .join('');
  const related = [
    { id: 'n', type: 'numbering', target: 'numbering.xml', data: `<w:numbering>${numbering}</w:numbering>` },
    { id: 's', type: 'styles', target: 'styles.xml', data: `<w:styles>${styles}</w:styles>` },
  ];
  const { pages } = await readBytes(docx, makeDocx({ bodyXml, related }));
  return pages[0]?.text ?? '';
}

it('counts levels, begins lower ones anew and writes the numbers above them', async () => {
  const levels =
    level(0, 'decimal', '%1.') +
    level(1, 'lowerLetter', '(%2)') +
    level(2, 'lowerRoman', '%1.%2.%3') +
    level(3, 'bullet', '');
  const items = [
    [1, 0, 'A'],
    [1, 1, 'B'],
    [1, 1, 'C'],
    [1, 2, 'D'],
    [1, 3, 'E'],
    [1, 0, 'F'],
    [1, 1, 'G'],
    [1, 2, 'H'],
  ] as const;
  expect(await read(kind(0, levels) + list(1, 0), items)).toBe(
    '1. A\n  (a) B\n  (b) C\n    1.b.i D\n      • E\n2. F\n  (a) G\n    2.a.i H',
  );
});

it('goes on in a list of the same kind, unless it says where to begin', async () => {
  const numbering =
    kind(0, level(0, 'decimal', '%1.')) +
    list(1, 0) +
    list(2, 0) +
    list(3, 0, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="6"/></w:lvlOverride>') +
    list(4, 0, `<w:lvlOverride w:ilvl="0">${level(0, 'upperRoman', 'Art. %1')}</w:lvlOverride>`);
  const items = [
    [1, 0, 'A'],
    [2, 0, 'B'],
    [3, 0, 'C'],
    [3, 0, 'D'],
    [1, 0, 'E'],
    [4, 0, 'F'],
  ] as const;
  expect(await read(numbering, items)).toBe('1. A\n2. B\n6. C\n7. D\n8. E\nArt. IX F');
});

it('counts on where a level never begins anew, and from a level that no paragraph stood in', async () => {
  const levels =
    level(0, 'decimal', '%1') +
    level(1, 'decimal', '%1.%2', '<w:lvlRestart w:val="0"/>') +
    level(2, 'decimal', '%1.%2.%3', '<w:isLgl/>');
  expect(
    await read(kind(0, levels) + list(1, 0), [
      [1, 0, 'A'],
      [1, 1, 'B'],
      [1, 0, 'C'],
      [1, 1, 'D'],
    ]),
  ).toBe('1 A\n  1.1 B\n2 C\n  2.2 D');
  expect(
    await read(kind(0, levels) + list(1, 0), [
      [1, 2, 'A'],
      [1, 2, 'B'],
    ]),
  ).toBe('    1.1.1 A\n    1.1.2 B');
});

it('numbers paragraphs by their styles: headings, and what builds on them', async () => {
  const numbering =
    kind(
      0,
      level(0, 'upperRoman', '%1', '<w:pStyle w:val="Heading1"/>') +
        level(1, 'decimal', '%1.%2', '<w:isLgl/><w:pStyle w:val="Clause"/>'),
    ) +
    list(1, 0) +
    `<w:abstractNum w:abstractNumId="7"><w:numStyleLink w:val="Linked"/></w:abstractNum>${list(2, 7)}`;
  const styles =
    '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>' +
    '<w:style w:type="paragraph" w:styleId="Clause"><w:name w:val="Clause"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>' +
    '<w:style w:type="paragraph" w:styleId="Small"><w:basedOn w:val="Clause"/><w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr></w:style>' +
    '<w:style w:type="paragraph" w:styleId="Off"><w:basedOn w:val="Clause"/><w:pPr><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr></w:style>' +
    '<w:style w:type="numbering" w:styleId="Linked"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>' +
    '<w:style w:type="paragraph" w:styleId="Circle"><w:basedOn w:val="Circle"/></w:style>';
  const items = [
    ['Heading1', 'Rent'],
    ['Clause', 'Paid'],
    ['Heading1', 'End'],
    ['Small', 'Given'],
    ['Off', 'none'],
    [2, 1, 'linked'],
    ['Circle', 'round'],
  ] as const;
  expect(await read(numbering, items, styles)).toBe(
    '# I Rent\n\n  1.1 Paid\n\n# II End\n\n  2.1 Given\n\nnone\n\n  2.2 linked\n\nround',
  );
});

it.each([
  ['lowerLetter', [1, 26, 27, 53], 'a z aa aaa'],
  ['upperRoman', [4, 1999, 0], 'IV MCMXCIX 0'],
  ['decimalZero', [7, 12], '07 12'],
  ['ordinal', [1, 2, 3, 11, 22], '1st 2nd 3rd 11th 22nd'],
  ['cardinalText', [1, 40, 21, 100], 'One Forty Twenty-one 100'],
  ['ordinalText', [1, 20, 32], 'First Twentieth Thirty-second'],
  ['decimalEnclosedCircle', [1, 20, 21], '① ⑳ 21'],
  ['russianLower', [3], 'в'],
  ['japaneseCounting', [3, 10, 21], '三 十 二十一'],
  ['thaiNumbers', [12], '๑๒'],
  ['none', [5], ''],
  ['of another time', [5], '5'],
])('writes numbers as %s', (format, values, text) => {
  expect(values.map((value) => writeNumberAs(value, format)).join(' ')).toBe(text);
});

it('writes numbers with the zeros of a format of its own', () => {
  expect(writeNumberAs(7, 'custom', '001, 002, 003, ...')).toBe('007');
});
