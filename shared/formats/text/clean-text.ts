/**
 * Control characters other than tab and line feed; U+FEFF, which outside the start of a file is an invisible leftover;
 * and code points that are no characters. PostgreSQL refuses NUL, JSON readers refuse some of the others.
 */
const UNWANTED = /(?![\t\n])[\p{Cc}\uFEFF\uFFFE\uFFFF]|\p{Surrogate}/gu;

/**
 * Makes any string storable and comparable: line ends become `\n`, form feeds and Unicode separators become line
 * breaks, NULs, other control characters and lone surrogates disappear, letters are composed (NFC).
 */
export function cleanText(raw: string): string {
  return raw
    .replace(/\r\n?|[\u0085\u2028\v]/g, '\n')
    .replace(/\f|\u2029/g, '\n\n')
    .replace(UNWANTED, '')
    .normalize('NFC');
}
