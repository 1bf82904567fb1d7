import { expect, test } from 'vitest';

interface Span {
  start: number;
  end: number;
}
interface Highlight {
  markedPieces(text: string, spans: readonly Span[]): { text: string; marked: boolean }[];
  snippet(
    text: string,
    spans: readonly Span[],
    maxLength: number,
  ): { text: string; spans: Span[]; before: boolean; after: boolean };
  unwrapLines(text: string): string;
}
const { markedPieces, snippet, unwrapLines }: Highlight = await import(new URL('./highlight.js', import.meta.url).href);

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

test('a short text is its own snippet', () => {
  expect(snippet('short', [{ start: 0, end: 5 }], 100)).toEqual({
    text: 'short',
    spans: [{ start: 0, end: 5 }],
    before: false,
    after: false,
  });
});

test('a snippet holds the highlights, is cut between words, and its spans fit it', () => {
  const text = `${'lorem ipsum dolor sit amet '.repeat(40)}the quick fox jumps ${'over the lazy dog '.repeat(40)}`;
  const part = snippet(text, [spanOf(text, 'quick'), spanOf(text, 'fox')], 120);
  expect(part.text.length).toBeLessThanOrEqual(120);
  expect(part.spans.map(({ start, end }) => part.text.slice(start, end))).toEqual(['quick', 'fox']);
  expect(part).toMatchObject({ before: true, after: true });
  expect(text).toContain(` ${part.text} `);
});

test('without highlights the snippet is the beginning', () => {
  const part = snippet('word '.repeat(100), [], 50);
  expect(part).toMatchObject({ before: false, after: true, spans: [] });
  expect(part.text.startsWith('word word')).toBe(true);
});

test('a text without spaces is cut, and never inside a surrogate pair', () => {
  const part = snippet('😀'.repeat(300), [{ start: 301, end: 303 }], 101);
  expect(part.text.isWellFormed()).toBe(true);
  expect(part.text.length).toBeGreaterThan(90);
});

test('lines of a paragraph are joined, others stay, and the length stays the same', () => {
  const text = 'Heading\n\nA sentence that\nwent on.\n- one\n- two\nName | Size';
  const unwrapped = unwrapLines(text);
  expect(unwrapped).toHaveLength(text.length);
  expect(unwrapped).toBe('Heading \nA sentence that went on.\n- one\n- two\nName | Size');
});
