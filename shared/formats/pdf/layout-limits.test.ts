import { describe, expect, it } from 'vitest';
import { readBytes } from '#shared/formats/testing/read-bytes.ts';
import { makeDrawnPdf, show } from '#testing/documents/make-drawn-pdf.ts';
import type { Fragment } from './fragment.ts';
import { findGrids } from './grids.ts';
import { hasSpacedLetters } from './letter-spacing.ts';
import { needsDrawing, toPageText } from './page-text.ts';
import { pdf } from './pdf.ts';
import type { Rule } from './rules.ts';

const MOST_MS = 4_000;

function page(count: number, place: (index: number) => { x: number; y: number }, text = 'x'): Fragment[] {
  return Array.from({ length: count }, (_, order) => {
    const { x, y } = place(order);
    return { text, x0: x, x1: x + 5, y, size: 10, rtl: false, spaceAfter: false, quarterTurns: 0, order };
  });
}

/** Of this thread's own processor time: others work beside it. */
function msSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1000;
}

describe('pages made to take long', () => {
  it.each([
    ['in many lines', page(30_000, (i) => ({ x: 50 + (i % 100) * 5, y: 100 + 12 * Math.floor(i / 100) }))],
    ['in two lines', page(30_000, (i) => ({ x: 30 * (i % 15_000), y: 100 + 12 * Math.floor(i / 15_000) }))],
    ['in a column', page(30_000, (i) => ({ x: 30 * (i % 2), y: 12 * Math.floor(i / 2) }))],
    [
      'in columns of words',
      page(30_000, (i) => ({ x: 300 * (i % 2), y: 12 * Math.floor(i / 2) }), 'and so on it goes'),
    ],
    ['in steps', page(30_000, (i) => ({ x: 30 * (i % 50), y: 4 * i }))],
    ['in steps so small that all stand beside each other', page(30_000, (i) => ({ x: 40 * (i % 3), y: 6 * i }), 'and')],
    ['letter by letter', page(30_000, (i) => ({ x: 12 * (i % 40), y: 12 * Math.floor(i / 40) }), 'a b c d r f')],
  ])('are read in their time: %s', (_how, fragments) => {
    const start = process.threadCpuUsage();
    const drawing = { text: 'abcdrf'.repeat(30_000), rules: { horizontal: [], vertical: [] } };
    expect(needsDrawing([fragments]) || hasSpacedLetters([fragments])).toBeTypeOf('boolean');
    expect(toPageText([fragments], undefined, drawing).text.length).toBeGreaterThan(fragments.length);
    expect(msSince(start)).toBeLessThan(MOST_MS);
  });

  it('hold as many lines as a drawing', () => {
    const rules = (count: number, from: number, to: number): Rule[] =>
      Array.from({ length: count }, (_, index) => ({ at: 5 * index, from, to }));
    const start = process.threadCpuUsage();
    expect(findGrids({ horizontal: rules(10_000, 0, 50_000), vertical: rules(10_000, 0, 50_000) })).toEqual([]);
    expect(findGrids({ horizontal: rules(2_000, 0, 10_000), vertical: rules(2_000, 0, 10_000) })).toEqual([]);
    expect(findGrids({ horizontal: rules(3, 0, 60_000), vertical: rules(10_000, 0, 10) })).toHaveLength(1);
    expect(msSince(start)).toBeLessThan(MOST_MS);
  });

  it('keep their tables where they draw too much to be listed', async () => {
    const table = [0, 1, 2].flatMap((r) => [show('Pump', 60, 700 - 14 * r), show('7', 200, 700 - 14 * r)]);
    const lines = Array.from(
      { length: 100_000 },
      (_, i) => `${i % 500} ${i % 800} m ${(i % 500) + 9} ${(i % 800) + 9} l S`,
    );
    const { pages } = await readBytes(pdf, makeDrawnPdf({ pages: [[...table, ...lines].join('\n')] }));
    expect(pages[0]?.text).toBe('Pump | 7\nPump | 7\nPump | 7');
  });
});
