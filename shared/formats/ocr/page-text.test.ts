import { expect, it } from 'vitest';
import { placeSpan } from '#shared/domain/page-place.ts';
import type { OcrWord } from '#shared/ports/ocr.ts';
import { toPictureText } from './page-text.ts';

const SIZE = { width: 1000, height: 500 };

function line(y: number, texts: readonly string[]): OcrWord[] {
  return texts.map((text, index) => ({
    text,
    confidence: 91.7,
    x0: index * 100,
    y0: y,
    x1: index * 100 + 80,
    y1: y + 20,
  }));
}

it('joins words, lines and paragraphs, and knows the place of each word', () => {
  const paragraphs = [
    [line(0, ['The', 'quick', 'con-']), line(50, ['tinent', 'well-']), line(100, ['known.'])],
    [line(200, ['Ends', 'with', 'A-'])],
    [line(300, ['Next'])],
  ];
  const { text, words } = toPictureText(paragraphs, SIZE);
  expect(text).toBe('The quick continent\nwellknown.\n\nEnds with A-\n\nNext');
  expect(words.map(({ offset, length }) => text.slice(offset, offset + length))).toEqual([
    'The',
    'quick',
    'con',
    'tinent',
    'well',
    'known.',
    'Ends',
    'with',
    'A-',
    'Next',
  ]);
  expect(words[3]).toMatchObject({ x: 0, y: 0.1, width: 0.08, height: 0.04, confidence: 92 });
  const start = text.indexOf('continent');
  expect(placeSpan({ kind: 'picture', words }, 7, start, start + 9)).toEqual({
    page: 7,
    boxes: [
      { x: 0.2, y: 0, width: 0.08, height: 0.04 },
      { x: 0, y: 0.1, width: 0.08, height: 0.04 },
    ],
  });
});

it('puts no spaces between signs of scripts that have none', () => {
  expect(toPictureText([[line(0, ['文', '字', 'OCR', 'が'])]], SIZE).text).toBe('文字 OCR が');
});
