import { describe, expect, it } from 'vitest';
import { markOf, resolveMarks, withMark, withoutMarks } from './marks.ts';

const run = (str: string) => ({ str, dir: 'ltr', width: 1, height: 1, transform: [], fontName: '', hasEOL: false });

describe('resolveMarks', () => {
  it('puts texts below the paragraph in which their mark stands, and moves headings with it', () => {
    const text = `T${markOf(0)}itle\n\nOne li${markOf(1)}ne\nand another.\n\nLast`;
    const headings = [
      { offset: 0, level: 1, title: `T${markOf(0)}itle` },
      { offset: text.indexOf('Last'), level: 2, title: 'Last' },
    ];
    const texts = new Map([
      [0, 'zero'],
      [1, 'one'],
      [2, 'lost'],
    ]);
    const resolved = resolveMarks({ text, headings }, texts);
    expect(resolved.text).toBe('Title\n\nzero\n\nOne line\nand another.\n\none\n\nLast\n\nlost');
    expect(resolved.headings.map(({ offset, title }) => [resolved.text.slice(offset, offset + 4), title])).toEqual([
      ['Titl', 'Title'],
      ['Last', 'Last'],
    ]);
    for (const [number, offset] of resolved.offsets) {
      expect(resolved.text.startsWith(texts.get(number) ?? '?', offset)).toBe(true);
    }
  });

  it('puts texts below the row of a table', () => {
    const text = `a | b\nc${markOf(300)} | d\ne | f`;
    expect(resolveMarks({ text, headings: [] }, new Map([[300, 'note']])).text).toBe('a | b\nc | d\nnote\ne | f');
  });

  it('takes the place of a mark that stands alone', () => {
    const text = `before\n\n${markOf(7)}\n\nafter`;
    expect(resolveMarks({ text, headings: [] }, new Map([[7, 'read']])).text).toBe('before\n\nread\n\nafter');
    const row = `${markOf(1)} | ${markOf(2)}`;
    const texts = new Map([
      [1, 'left'],
      [2, 'right'],
    ]);
    expect(resolveMarks({ text: row, headings: [] }, texts).text).toBe('left\n\nright');
    expect(resolveMarks({ text: `${markOf(1)} | beside`, headings: [] }, texts).text).toBe('beside\n\nleft\n\nright');
  });
});

describe('marks', () => {
  it('keep their order in one run, and cannot come from the document', () => {
    const { str } = withMark(withMark(withoutMarks(run(`so ${markOf(5)}it is`)), 1), 2);
    const texts = new Map([
      [1, 'first'],
      [2, 'second'],
    ]);
    expect(resolveMarks({ text: str, headings: [] }, texts).text).toBe('so it is\n\nfirst\n\nsecond');
  });
});
