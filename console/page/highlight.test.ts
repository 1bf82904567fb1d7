import { expect, test } from 'vitest';

interface Span {
  start: number;
  end: number;
}
interface Highlight {
  markedPieces(text: string, spans: readonly Span[]): { text: string; marked: boolean }[];
  cutOut(
    text: string,
    part: Span,
    spans: readonly Span[],
  ): { text: string; spans: Span[]; before: boolean; after: boolean };
  withoutHeadingSigns(pieces: readonly { text: string; marked: boolean }[]): { text: string; marked: boolean }[];
  unwrapLines(text: string): string;
}
const { markedPieces, cutOut, withoutHeadingSigns, unwrapLines }: Highlight = await import(
  new URL('./highlight.js', import.meta.url).href
);

const spanOf = (text: string, word: string): Span => {
  const start = text.indexOf(word);
  return { start, end: start + word.length };
};

test('pieces joined are the text, and the marked ones are the spans', () => {
  const text = 'The 😀 cat sat';
  const pieces = markedPieces(text, [spanOf(text, 'sat'), spanOf(text, '😀')]);
  expect(pieces.map((piece) => piece.text).join('')).toBe(text);
  expect(pieces.filter((piece) => piece.marked).map((piece) => piece.text)).toEqual(['😀', 'sat']);
});

test.each<[string, Span[], string[]]>([
  [
    'overlapping',
    [
      { start: 0, end: 4 },
      { start: 2, end: 6 },
    ],
    ['abcdef'],
  ],
  [
    'one inside another',
    [
      { start: 0, end: 6 },
      { start: 2, end: 3 },
    ],
    ['abcdef'],
  ],
  [
    'beyond the text',
    [
      { start: 7, end: 99 },
      { start: 50, end: 60 },
    ],
    ['hi'],
  ],
  ['before the text', [{ start: -3, end: 1 }], ['a']],
  [
    'empty or turned round',
    [
      { start: 3, end: 3 },
      { start: 5, end: 2 },
    ],
    [],
  ],
])('spans that are %s do no harm', (_, spans, marked) => {
  const pieces = markedPieces('abcdefghi', spans);
  expect(pieces.map((piece) => piece.text).join('')).toBe('abcdefghi');
  expect(pieces.filter((piece) => piece.marked).map((piece) => piece.text)).toEqual(marked);
});

test('a part holds its highlights, and says what is left out around it', () => {
  const text = 'Dogs stay ashore. The ferry leaves at noon. Bring a coat. ';
  const part = cutOut(text, { start: 18, end: 43 }, [spanOf(text, 'Dogs'), spanOf(text, 'ferry')]);
  expect(part).toEqual({ text: 'The ferry leaves at noon.', spans: [{ start: 4, end: 9 }], before: true, after: true });
  expect(cutOut(text, { start: 0, end: text.length - 1 }, [])).toMatchObject({ before: false, after: false });
});

test('headings lose their signs, and nothing else does', () => {
  const pieces = markedPieces('## When it stops\nIn C# 7\n# Next', [{ start: 20, end: 21 }]);
  expect(withoutHeadingSigns(pieces).map(({ text }) => text)).toEqual(['When it stops\nIn ', 'C', '# 7\nNext']);
});

test('lines of a paragraph are joined, others stay, and the length stays the same', () => {
  const text = 'Heading\n\nA sentence that\nwent on.\n- one\n- two\nName | Size';
  const unwrapped = unwrapLines(text);
  expect(unwrapped).toHaveLength(text.length);
  expect(unwrapped).toBe('Heading \nA sentence that went on.\n- one\n- two\nName | Size');
});
