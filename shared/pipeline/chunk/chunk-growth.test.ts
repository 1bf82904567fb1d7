import { expect, it } from 'vitest';
import type { CountTokens } from '#shared/domain/chunk.ts';
import { documentFormatOf } from '#shared/formats/registry.ts';
import { readBytes } from '#shared/formats/testing/read-bytes.ts';
import { PLAIN_TEXTS } from '#testing/documents/make-plain-bombs.ts';
import { timeGrowth } from '#testing/time-growth.ts';
import { chunkPage, INITIAL_CHUNK_STATE } from './chunk-page.ts';
import { packUnits } from './pack.ts';

const LIMITS = { maxTokens: 500, overlapTokens: 60 };
/** Like a word-piece tokenizer: words in pieces of four letters, every other visible character by itself. */
const countPieces: CountTokens = async (texts) =>
  texts.map((text) => (text.match(/[\p{L}\p{N}]{1,4}|[^\p{L}\p{N}\s]/gu) ?? []).length);

it.each(PLAIN_TEXTS)('cuts $filename in time that grows with its length', async ({ contentType, text }) => {
  const format = documentFormatOf(contentType);
  if (!format) throw new Error(`Nothing reads ${contentType}.`);
  const growth = await timeGrowth(
    async (bytes) => {
      const { pages } = await readBytes(format, text(bytes));
      const whole = pages.map((page) => page.text).join('');
      // On one page, as those of formats with pages of their own can be of any length.
      const headings = pages.flatMap(({ headings, charOffset }) =>
        headings.map((heading) => ({ ...heading, offset: heading.offset + charOffset })),
      );
      await chunkPage({ text: whole, headings }, INITIAL_CHUNK_STATE, LIMITS, countPieces);
    },
    { size: 16 * 1024, enough: 8 },
  );
  expect(growth).toBeLessThan(8);
});

it('packs headings that have no tokens in time that grows with their number', async () => {
  const growth = await timeGrowth(
    (count) => {
      const units = Array.from({ length: count }, (_, start) => {
        return { start, end: start + 1, heading: true, startsBlock: true, tokens: 0 };
      });
      expect(packUnits(units, 500, 60)).toEqual([{ from: 0, to: count }]);
    },
    { size: 5_000, enough: 8 },
  );
  expect(growth).toBeLessThan(8);
});
