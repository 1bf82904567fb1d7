import { codePoint } from 'dingbat-to-unicode';

/** Where Word puts the signs of fonts that have no letters. */
const PRIVATE_FROM = 0xf000;
const PRIVATE_TO = 0xf0ff;
/** Signs that few fonts have, and what everybody writes for them. */
const USUAL: Readonly<Record<string, string>> = {
  '🗸': '✓',
  '🗹': '☑',
  '🗷': '☒',
  '🗴': '✗',
  '🗶': '✗',
  '🞂': '▶',
  '🞄': '•',
};
const SYMBOL_FONTS = /^(?:symbol|webdings|wingdings(?: [23])?|zapf ?dingbats)$/i;

export function isSymbolFont(font: string | undefined): boolean {
  return font !== undefined && SYMBOL_FONTS.test(font);
}

/** The sign that `w:sym` shows; nothing for one that no other font has. */
export function symbolOf(font: string, hex: string): string {
  const code = Number.parseInt(hex, 16);
  return Number.isInteger(code) && code > 0 && code <= 0x10ffff ? sign(font, code) : '';
}

/** A text in a font of signs as the signs that it shows. */
export function symbolsOf(font: string, text: string): string {
  return [...text].map((letter) => (letter === ' ' ? ' ' : sign(font, letter.codePointAt(0) ?? 0x20))).join('');
}

function sign(font: string, code: number): string {
  const isPrivate = code >= PRIVATE_FROM && code <= PRIVATE_TO;
  const place = isPrivate ? code - PRIVATE_FROM : code;
  const known = isSymbolFont(font) ? codePoint(nameOf(font), place) : undefined;
  if (known) return USUAL[known.string] ?? known.string;
  // A font of letters, used as if it were one of signs.
  return isPrivate && isSymbolFont(font) ? '' : String.fromCodePoint(place);
}

function nameOf(font: string): string {
  if (/^zapf/i.test(font)) return 'ZapfDingbats';
  return font.toLowerCase().replace(/^./, (letter) => letter.toUpperCase());
}
