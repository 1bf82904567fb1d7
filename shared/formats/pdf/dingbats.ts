/** Signs of Zapf Dingbats that Unicode had elsewhere already; it has the others in the same order. */
const ZAPF_ELSEWHERE: Readonly<Record<number, number>> = {
  ...{ 37: 0x260e, 42: 0x261b, 43: 0x261e, 72: 0x2605, 108: 0x25cf, 110: 0x25a0, 115: 0x25b2 },
  ...{ 116: 0x25bc, 117: 0x25c6, 119: 0x25d7, 168: 0x2663, 169: 0x2666, 170: 0x2665, 171: 0x2660 },
  ...{ 213: 0x2192, 214: 0x2194, 215: 0x2195 },
};
/** Those of Wingdings that stand for something in forms and lists; its many bullets are bullets. */
const WINGDINGS: Readonly<Record<number, string>> = {
  ...{ 40: '☎', 42: '✉', 74: '☺', 76: '☹', 111: '☐', 113: '❑', 114: '❒', 168: '☐', 171: '★' },
  ...{ 108: '•', 110: '•', 117: '•', 118: '•', 119: '•', 159: '•', 167: '•', 216: '•', 161: '○' },
  ...{ 223: '←', 224: '→', 225: '↑', 226: '↓', 232: '➔', 240: '⇨', 251: '✗', 252: '✔', 253: '☒', 254: '☑' },
};
const WINGDINGS_2: Readonly<Record<number, string>> = {
  ...{ 79: '✗', 80: '✔', 81: '☒', 82: '☑', 83: '☒', 84: '☒', 151: '•', 152: '•', 163: '☐' },
};
/** Symbol fonts of TrueType have their signs here, at their codes. */
const PRIVATE = 0xf000;
const SUBSET = /^[A-Z]{6}\+/;

/** What a sign of a font of symbols shows; undefined for other fonts, and for signs of which that is not known. */
export function symbolOf(fontName: string, sign: string): string | undefined {
  const point = sign.codePointAt(0) ?? 0;
  const code = point >= PRIVATE && point <= PRIVATE + 0xff ? point - PRIVATE : point;
  const name = fontName.replace(SUBSET, '');
  if (/^(?:ITC)?(?:Zapf)?[ -]?Dingbats/i.test(name)) return zapf(code);
  if (/^Wingdings[ -]?2/i.test(name)) return WINGDINGS_2[code];
  return /^Wingdings(?![ -]?3)/i.test(name) ? WINGDINGS[code] : undefined;
}

export function isSymbolFont(fontName: string): boolean {
  return /dingbats|wingdings|webdings|symbol|awesome|icons?\b|emoji/i.test(fontName);
}

function zapf(code: number): string | undefined {
  const elsewhere = ZAPF_ELSEWHERE[code];
  if (elsewhere !== undefined) return String.fromCodePoint(elsewhere);
  if (code > 0x20 && code < 0x7f) return String.fromCodePoint(0x2700 + code - 0x20);
  if (code >= 0xac && code <= 0xb5) return String.fromCodePoint(0x2460 + code - 0xac);
  return code > 0xa0 && code < 0xff && code !== 0xf0 ? String.fromCodePoint(0x2700 + code - 0x40) : undefined;
}
