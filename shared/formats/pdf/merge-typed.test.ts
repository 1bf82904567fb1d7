import { describe, expect, it } from 'vitest';
import type { OcrParagraph, OcrWord } from '#shared/ports/ocr.ts';
import { addTyped, withoutTyped } from './merge-typed.ts';

/** A line of words of 10 pixels a letter, 20 high. */
function line(text: string, x: number, y: number, confidence = 90): OcrWord[] {
  let at = x;
  return text.split(' ').map((word) => {
    const x0 = at;
    at += 10 * word.length + 10;
    return { text: word, confidence, x0, x1: at - 10, y0: y, y1: y + 20 };
  });
}

function textOf(paragraphs: readonly OcrParagraph[]): string[] {
  return paragraphs.map((lines) => lines.map((words) => words.map(({ text }) => text).join(' ')).join(' / '));
}

describe('words that a file tells beside those that were read', () => {
  it('count where both stand', () => {
    const read = [[line('ACME0OO123 of', 100, 10)], [line('the berth', 100, 100)]];
    expect(textOf(withoutTyped(read, [line('ACME000123', 102, 12)]))).toEqual(['of', 'the berth']);
    expect(textOf(withoutTyped([[line('gone', 100, 10)]], [line('gone', 100, 10)]))).toEqual([]);
  });

  it('stand above, between, below and in the lines that were read', () => {
    const read = [[line('Owner:', 100, 100), line('Berth:', 100, 130)], [line('Signed', 100, 300)]];
    const typed = [
      line('Header', 100, 10),
      line('Gudrun', 300, 102),
      line('Between', 100, 220),
      line('ACME000123', 500, 900),
    ];
    expect(textOf(addTyped(read, typed))).toEqual([
      'Header',
      'Owner: Gudrun / Berth:',
      'Between',
      'Signed',
      'ACME000123',
    ]);
  });
});
