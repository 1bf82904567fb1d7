import { describe, expect, it } from 'vitest';
import type { Fragment } from './fragment.ts';
import { toPageText } from './page-text.ts';

let order = 0;
/** A run of text in 10-point type, some 5 points a letter. */
function run(text: string, x0: number, y: number, extra: Partial<Fragment> = {}): Fragment {
  const size = extra.size ?? 10;
  return {
    text,
    x0,
    x1: x0 + text.length * size * 0.5,
    y,
    size,
    rtl: false,
    spaceAfter: false,
    quarterTurns: 0,
    order: order++,
    ...extra,
  };
}

function textOf(...fragments: Fragment[]): string {
  return toPageText([fragments], undefined).text;
}

const PROSE = 'Some words that fill the line to its end'.split(' ');
function column(name: string, x: number, lines: number, top = 100): Fragment[] {
  return Array.from({ length: lines }, (_, i) => run(`${name} ${i} ${PROSE.slice(0, 5).join(' ')}`, x, top + 12 * i));
}

describe('toPageText', () => {
  it('joins runs on one line by their gaps, and lines by their order on the page', () => {
    expect(textOf(run('below', 50, 112), run('World', 78, 100), run('Hello', 50, 100), run('!', 103, 100))).toBe(
      'Hello World!\nbelow',
    );
  });

  it('parts paragraphs by distance and by indentation', () => {
    const lines = [
      ...column('a', 50, 4),
      ...column('b', 50, 4, 166),
      ...column('c', 50, 3, 214).map((f, i) => (i === 0 ? { ...f, x0: 62 } : f)),
    ];
    expect(
      textOf(...lines)
        .split('\n\n')
        .map((paragraph) => paragraph.charAt(0)),
    ).toEqual(['a', 'b', 'c']);
  });

  it('puts hyphenated words together, but not compounds', () => {
    const text = textOf(
      run('The water of the desalin-', 50, 100),
      run('ation plant is a state-of-', 50, 112),
      run('the-art product, see page 3-', 50, 124),
      run('4 for more.', 50, 136),
    );
    expect(text).toBe('The water of the desalination\nplant is a state-of-the-art\nproduct, see page 3-\n4 for more.');
  });

  it('reads columns one after the other, below what spans them', () => {
    const title = run('A title that spans both of the columns of the page', 90, 80, { size: 12 });
    const note = run('1', 217, 400);
    const text = textOf(title, ...column('left', 50, 12), ...column('right', 230, 12), note);
    const starts = text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split(' ')[0]);
    expect(starts).toEqual(['A', ...Array(12).fill('left'), ...Array(12).fill('right'), '1']);
  });

  it('reads three columns', () => {
    const text = textOf(...column('a', 50, 10), ...column('b', 215, 10), ...column('c', 380, 10));
    expect(
      text
        .split(/\n+/)
        .map((line) => line.charAt(0))
        .join(''),
    ).toBe('aaaaaaaaaabbbbbbbbbbcccccccccc');
  });

  it('keeps the rows of a table together', () => {
    const rows = [
      ['Part', 'Count', 'Place'],
      ['Pump', '2', 'Cage'],
      ['Membrane of the plant', '12', 'Shelf 7'],
      ['Float', '1', 'Cage'],
    ].flatMap(([a = '', b = '', c = ''], i) => [
      run(a, 50, 100 + 18 * i),
      run(b, 200, 100 + 18 * i),
      run(c, 260, 100 + 18 * i),
    ]);
    expect(textOf(...rows)).toBe(
      'Part | Count | Place\nPump | 2 | Cage\nMembrane of the plant | 12 | Shelf 7\nFloat | 1 | Cage',
    );
  });

  it('sees no cells in list items and justified lines', () => {
    const items = [1, 2, 3].flatMap((n) => [run(`${n}.`, 50, 88 + 12 * n), run('Open the valve', 75, 88 + 12 * n)]);
    expect(textOf(...items)).toBe('1. Open the valve\n2. Open the valve\n3. Open the valve');
    expect(textOf(run('Wide', 50, 100), run('gaps here', 84, 100), run('and', 50, 112), run('there', 90, 112))).toBe(
      'Wide gaps here\nand there',
    );
  });

  it('keeps the mark of a note off the number before it', () => {
    const mark = (x: number): Fragment => run('2', x, 96, { size: 6 });
    expect(textOf(run('453', 50, 100), mark(65))).toBe('453 2');
    expect(textOf(run('20 m', 50, 100), mark(70))).toBe('20 m2');
  });

  it('reads right-to-left lines from the right, with Latin words in their own order', () => {
    const text = textOf(
      run('שלום', 150, 100, { rtl: true }),
      run('עולם', 60, 100, { rtl: true }),
      run('GPS', 95, 100),
      run('unit', 115, 100),
      run('רב', 138, 100, { rtl: true }),
    );
    expect(text).toBe('שלום רב GPS unit עולם');
  });

  it('finds headings by size, over several lines, and levels that do not depend on the page', () => {
    const fragments = [
      run('A long title', 50, 60, { size: 20 }),
      run('in two lines', 50, 84, { size: 20 }),
      ...column('text', 50, 3, 120),
      run('Section', 50, 180, { size: 14 }),
      ...column('more', 50, 3, 200),
      run('Caption in the middle', 150, 260, { size: 11.5 }),
      run('Subsection', 50, 290, { size: 11.5 }),
    ];
    const { text, headings } = toPageText([fragments], 10);
    expect(headings.map(({ level, title }) => [level, title])).toEqual([
      [1, 'A long title in two lines'],
      [2, 'Section'],
      [3, 'Subsection'],
    ]);
    for (const { offset, title } of headings)
      expect(text.slice(offset).replace('\n', ' ').startsWith(title)).toBe(true);
    expect(toPageText([fragments], undefined).headings).toEqual([]);
  });

  it('takes a page with very many fragments in its stride', () => {
    const start = performance.now();
    const many = Array.from({ length: 60_000 }, (_, i) => run('x', 50 + (i % 100) * 5, 100 + Math.floor(i / 100)));
    expect(textOf(...many).length).toBeGreaterThan(60_000);
    expect(performance.now() - start).toBeLessThan(8_000);
  });
});
