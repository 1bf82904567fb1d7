import { describe, expect, it, vi } from 'vitest';
import type { OpenDocument } from '../format.ts';
import { createWindowReader } from './read-window.ts';

function documentOf(pageCount: number, textOf: (number: number) => string, warnings: string[] = []): OpenDocument {
  return {
    pageCount,
    page: async (number) => ({ number, text: textOf(number), headings: [], charOffset: 0 }),
    warnings,
    close: async () => undefined,
  };
}

const LIMITS = { budgetMs: 10_000 };

describe('createWindowReader', () => {
  it.each([
    ['more pages than any book', documentOf(100_001, () => '')],
    ['more text than a message may carry', documentOf(50, () => 'x'.repeat(1_000_000))],
  ])('refuses %s', async (_, document) => {
    const reader = createWindowReader(async () => document, LIMITS);
    await expect(reader.read(1, 50)).rejects.toMatchObject({ code: 'RESOURCE_LIMIT' });
  });

  it('does not take the end of memory for a damaged page', async () => {
    const document = documentOf(3, (number) => {
      if (number === 2) throw new RangeError('Array buffer allocation failed');
      return 'text';
    });
    await expect(createWindowReader(async () => document, LIMITS).read(1, 3)).rejects.toThrow('allocation failed');
  });

  it('ends a window early when its time is spent, after one page at least', async () => {
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    const document = documentOf(9, () => {
      now += 4_000;
      return 'text';
    });
    const reader = createWindowReader(async () => document, LIMITS);
    expect((await reader.read(1, 50)).pages.map(({ number }) => number)).toEqual([1, 2, 3]);
    now += 20_000;
    expect((await reader.read(4, 50)).pages.map(({ number }) => number)).toEqual([4, 5, 6]);
    vi.restoreAllMocks();
  });

  it('names the pages that are lost, in a few short warnings', async () => {
    const document = documentOf(
      60,
      (number) => {
        if (number > 1) throw new Error('x'.repeat(10_000));
        return 'text';
      },
      ['first'],
    );
    const { pages, warnings } = await createWindowReader(async () => document, LIMITS).read(1, 60);
    expect(pages).toHaveLength(60);
    expect(warnings).toHaveLength(21);
    expect(warnings.slice(0, 2)).toEqual(['first', expect.stringMatching(/^Page 2 could not be read: x{400,475}$/)]);
    expect(warnings.at(-1)).toBe('Further warnings: 40.');
  });
});
