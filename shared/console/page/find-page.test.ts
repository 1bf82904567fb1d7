import { expect, test } from 'vitest';

interface TextPage {
  number: number;
  text: string;
  location: Record<string, number>;
}
interface FindPage {
  findPage(pages: number, charStart: number, fetchPage: (number: number) => Promise<TextPage>): Promise<TextPage>;
}
const { findPage }: FindPage = await import(new URL('./find-page.js', import.meta.url).href);

const PAGE_CHARS = 100;
function document() {
  const asked: number[] = [];
  const fetchPage = async (number: number): Promise<TextPage> => {
    asked.push(number);
    return { number, text: '', location: { charStart: (number - 1) * PAGE_CHARS, charEnd: number * PAGE_CHARS } };
  };
  return { asked, fetchPage };
}

test.each([1, 2, 3, 16, 1000])('of %i pages each character finds its own', async (pages) => {
  const characters = [0, 99, 100, pages * PAGE_CHARS - 1, Math.floor(pages / 2) * PAGE_CHARS];
  for (const character of characters.filter((at) => at < pages * PAGE_CHARS)) {
    const { asked, fetchPage } = document();
    const found = await findPage(pages, character, fetchPage);
    expect(found.number).toBe(Math.floor(character / PAGE_CHARS) + 1);
    expect(asked.length).toBeLessThanOrEqual(2 + Math.ceil(Math.log2(pages)));
  }
});

test('a character beyond the end is on the last page', async () => {
  const { fetchPage } = document();
  expect((await findPage(5, 10_000, fetchPage)).number).toBe(5);
});
