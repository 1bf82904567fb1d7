import type { PDFOperatorList } from 'pdfjs-dist/types/src/display/api.js';

/** A gap inside one run of text is a space where it is this much wider, in ems, than the gaps around it. */
const SPACE_EMS = 0.2;

/**
 * The characters of a page in the order in which they are drawn, with what the library's text leaves out: soft hyphens,
 * and which spaces are characters or wider than the gaps between letters.
 * @param showText the library's number of the operator that shows text
 */
export function drawnText({ fnArray, argsArray }: PDFOperatorList, showText: number): string {
  let text = '';
  fnArray.forEach((operator, at) => {
    if (operator !== showText) return;
    const [glyphs]: unknown[] = argsArray[at] ?? [];
    if (Array.isArray(glyphs)) text += textOfRun(glyphs);
  });
  return text;
}

function textOfRun(glyphs: readonly unknown[]): string {
  const letters: { text: string; gap: number }[] = [];
  let gap = 0;
  for (const glyph of glyphs) {
    // In thousandths of an em, to the left.
    if (typeof glyph === 'number') gap -= glyph / 1000;
    else if (isGlyph(glyph)) {
      letters.push({ text: glyph.unicode, gap });
      gap = 0;
    }
  }
  const gaps = letters.slice(1).map((letter) => letter.gap);
  const usual = gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0;
  return letters
    .map((letter, at) => (at > 0 && letter.gap - usual > SPACE_EMS ? ` ${letter.text}` : letter.text))
    .join('');
}

function isGlyph(value: unknown): value is { unicode: string } {
  return typeof value === 'object' && value !== null && 'unicode' in value && typeof value.unicode === 'string';
}
