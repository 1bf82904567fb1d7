import { expect, it } from 'vitest';
import { timeGrowth } from '#testing/time-growth.ts';
import { cleanText } from './clean-text.ts';

it('removes what cannot be stored', () => {
  expect(cleanText('a\0b\uD800c\uDC00d\u0007e\uFEFFf\uFFFEg\x1b')).toBe('abcdefg');
  expect(cleanText('\uD83D\uDE00 \uDE00\uD83D x')).toBe('😀  x');
});

it('keeps tabs and makes every line end a line feed', () => {
  expect(cleanText('a\tb\r\nc\rd\u0085e\u2028f\vg')).toBe('a\tb\nc\nd\ne\nf\ng');
  expect(cleanText('page\fpage\u2029next')).toBe('page\n\npage\n\nnext');
});

it('composes letters', () => {
  expect(cleanText('e\u0301')).toBe('é');
});

it('leaves nothing unseen inside words', () => {
  expect(cleanText('Donau\u00ADdampf\u00ADschiff Kran\u200Bführer Auf\u200Clage a\u2060b')).toBe(
    'Donaudampfschiff Kranführer Auflage ab',
  );
  expect(cleanText('in Deutsch\u00AD \n  land und\u00AD\n– dort')).toBe('in Deutschland und\n– dort');
  expect(cleanText('می\u200Cخواهم 👩\u200D👧')).toBe('می\u200Cخواهم 👩\u200D👧');
});

it('keeps every mark, and parts those of a letter that has more than any language gives it', async () => {
  const thirty = '\u0316'.repeat(30);
  expect(cleanText(`x${thirty}`)).toBe(`x${thirty}`);
  const many = cleanText(`x${thirty}${thirty}\u0316`);
  expect(many).toBe(`x${thirty}\u034F${thirty}\u034F\u0316`);
  expect(cleanText(many)).toBe(many);
  const growth = await timeGrowth((marks) => cleanText(`a${'\u0301'.repeat(marks)}${'\u0316'.repeat(marks)}`), {
    size: 16_000,
    enough: 8,
  });
  expect(growth).toBeLessThan(8);
});
