/**
 * Control characters other than tab and line feed; U+FEFF, which outside the start of a file is an invisible leftover;
 * code points that are no characters; and what is never seen and would part the letters of a word: soft hyphens, spaces
 * without width, word joiners. PostgreSQL refuses NUL, JSON readers refuse some of the others.
 */
const UNWANTED = /(?![\t\n])[\p{Cc}\u00AD\u200B\u2060-\u2064\uFEFF\uFFFE\uFFFF]|\p{Surrogate}/gu;
/** At the end of a line a soft hyphen is seen: the word goes on in the next. */
const BROKEN_WORD = /\u00AD[ \t]*\n[ \t]*(?=\p{L})/gu;
/** Other scripts and emoji need them; in Latin letters they only keep ligatures apart. */
const LATIN_JOINERS = /(?<=\p{Script=Latin})[\u200C\u200D]+(?=\p{Script=Latin})/gu;
/**
 * More marks on one letter than any language has. A joiner that is not seen (U+034F) parts them, which Unicode calls the
 * stream-safe form (UAX 15): no mark is lost, and composing, here and in whatever reads the text later, sorts thirty at a
 * time; 64,000 on one letter took it 1.6 s, the square of their number.
 */
const MANY_MARKS = /([\p{M}--\u034F]{30})(?=[\p{M}--\u034F])/gv;

/**
 * Makes any string storable and comparable: line ends become `\n`, form feeds and Unicode separators become line
 * breaks, NULs, other control characters, what parts words unseen, and lone surrogates disappear, letters are composed
 * (NFC).
 */
export function cleanText(raw: string): string {
  return raw
    .replace(/\r\n?|[\u0085\u2028\v]/g, '\n')
    .replace(/\f|\u2029/g, '\n\n')
    .replace(BROKEN_WORD, '')
    .replace(UNWANTED, '')
    .replace(LATIN_JOINERS, '')
    .replace(MANY_MARKS, '$1\u034F')
    .normalize('NFC');
}
