import type { WordBox } from '#shared/domain/page-place.ts';
import type { OcrParagraph, OcrWord } from '#shared/ports/ocr.ts';
import { stemOfHyphenated } from '../pdf/hyphenation.ts';
import { cleanText } from '../text/clean-text.ts';

/** Scripts that are written without spaces, although each sign is read as a word. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** A page's text and the place of each of its words. */
export interface PictureText {
  text: string;
  words: WordBox[];
}

/**
 * Lines end in a line break, paragraphs in an empty line; words that a line's end had parted are joined.
 * @param size of the picture, in the pixels in which the words' places are told
 */
export function toPictureText(
  paragraphs: readonly OcrParagraph[],
  size: { width: number; height: number },
): PictureText {
  let text = '';
  const words: WordBox[] = [];
  const add = (word: OcrWord, written: string): void => {
    if (written === '') return;
    words.push({
      ...boxOf(word, size),
      offset: text.length,
      length: written.length,
      confidence: Math.round(word.confidence),
    });
    text += written;
  };
  for (const lines of paragraphs) {
    if (text !== '') text += '\n\n';
    const rest = lines.map((line) =>
      line.map((word) => ({ ...word, text: cleanText(word.text).trim() })).filter((word) => word.text !== ''),
    );
    rest.forEach((line, index) => {
      if (index > 0 && line.length > 0) text += '\n';
      line.forEach((word, position) => {
        const before = line[position - 1];
        if (before) text += needsNoSpace(before.text, word.text) ? '' : ' ';
        const next = position === line.length - 1 ? rest[index + 1]?.[0] : undefined;
        const stem = next && stemOfHyphenated(word.text, next.text);
        add(word, stem ?? word.text);
        if (stem === undefined || next === undefined) return;
        add(next, next.text);
        rest[index + 1]?.shift();
      });
    });
  }
  return { text, words };
}

function needsNoSpace(a: string, b: string): boolean {
  return UNSPACED.test(a.at(-1) ?? '') && UNSPACED.test(b.at(0) ?? '');
}

function boxOf({ x0, y0, x1, y1 }: OcrWord, { width, height }: { width: number; height: number }) {
  return {
    x: fraction(x0 / width),
    y: fraction(y0 / height),
    width: fraction((x1 - x0) / width),
    height: fraction((y1 - y0) / height),
  };
}

/** A ten-thousandth of a page is a fiftieth of a millimetre. */
function fraction(value: number): number {
  return Math.round(Math.min(1, Math.max(0, value)) * 10_000) / 10_000;
}
