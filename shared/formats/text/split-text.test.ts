import { describe, expect, it } from 'vitest';
import { MAX_PAGE_CHARS, openText, pageStarts } from './split-text.ts';

describe('openText', () => {
  it('gives a short text as one page', async () => {
    const document = openText('Hello', []);
    expect(document.pageCount).toBe(1);
    expect(await document.page(1)).toEqual({ number: 1, text: 'Hello', headings: [], charOffset: 0 });
  });

  it('gives an empty text as one empty page', async () => {
    expect(await openText('', []).page(1)).toEqual({ number: 1, text: '', headings: [], charOffset: 0 });
  });

  it('splits a long text into bounded pages that join to it again, headings in their places', async () => {
    const paragraphs = Array.from({ length: 3000 }, (_, i) => `# Part ${i}\n\n${'lorem ipsum '.repeat(8)}`);
    const text = paragraphs.join('\n\n');
    const headings = paragraphs.map((_, i) => ({
      offset: text.indexOf(`# Part ${i}\n`),
      level: 1,
      title: `Part ${i}`,
    }));
    const document = openText(text, headings);
    expect(document.pageCount).toBeGreaterThan(3);
    let joined = '';
    const found: string[] = [];
    for (let number = 1; number <= document.pageCount; number++) {
      const page = await document.page(number);
      expect(page.charOffset).toBe(joined.length);
      expect(page.text.length).toBeLessThanOrEqual(MAX_PAGE_CHARS);
      expect(page.text).toMatch(/^(?:# Part|lorem)/);
      for (const { offset, title } of page.headings) {
        expect(page.text.slice(offset).startsWith(`# ${title}\n`)).toBe(true);
        found.push(title);
      }
      joined += page.text;
    }
    expect(joined).toBe(text);
    expect(found).toEqual(headings.map(({ title }) => title));
  });
});

it('finds the headings of a page without looking through those of all', async () => {
  let looks = 0;
  const headings = Array.from({ length: 100_000 }, (_, index) => ({
    get offset() {
      looks++;
      return 4 * index;
    },
    level: 1,
    title: 'x',
  }));
  const document = openText('# x\n'.repeat(headings.length), headings);
  let found = 0;
  for (let number = 1; number <= document.pageCount; number++) found += (await document.page(number)).headings.length;
  expect(found).toBe(headings.length);
  // Two for each heading and some for each page; all for each page were 800,000.
  expect(looks).toBeLessThan(2 * headings.length + 1_000);
});

describe('pageStarts', () => {
  it('prefers blank lines, then line ends, then spaces', () => {
    expect(pageStarts('aaaaaaa\n\nbb\nc ddddd', 12)).toEqual([0, 9]);
    expect(pageStarts('aaaaaaaaa\nbb cccc', 12)).toEqual([0, 10]);
    expect(pageStarts('aaaaaaaaaa bbbbbb', 12)).toEqual([0, 11]);
  });

  it('never parts a letter from its marks or a pair of surrogates', () => {
    expect(pageStarts(`${'a'.repeat(11)}e\u0301x`, 12)).toEqual([0, 11]);
    expect(pageStarts(`${'a'.repeat(11)}😀x`, 12)).toEqual([0, 11]);
    const starts = pageStarts('👨‍👩‍👧‍👦'.repeat(20), 40);
    expect(starts.every((start) => start % 11 === 0)).toBe(true);
  });
});
