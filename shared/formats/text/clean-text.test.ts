import { expect, it } from 'vitest';
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
