/** Latin and Armenian ligatures; Hebrew and Arabic letters in the forms they take within a word. */
const PRESENTATION_FORMS = /[\uFB00-\uFDFF\uFE70-\uFEFC]/g;
const BRACKETS = /[()[\]{}«»‹›]/g;
const OPENING = '([{«‹';
const CLOSING = ')]}»›';

/**
 * Writes the forms in which fonts draw letters as the letters themselves, as people type them. Only these: NFKC of all
 * would make `m²` to `m2`. The library's own normalization comes before it turns right-to-left runs around, which turns
 * its ligatures around too, and it leaves most Arabic forms as they are.
 */
export function toLetters(text: string): string {
  // A vowel sign by itself comes with a space to stand on.
  return text.replace(PRESENTATION_FORMS, (form) => form.normalize('NFKC').trim());
}

/**
 * A bracket in a right-to-left line is drawn by the sign that looks like it, which is the other one of its pair. Files
 * tell either; a line that closes before it opens tells what is drawn.
 */
export function turnBrackets(text: string): string {
  const brackets = text.match(BRACKETS);
  const first = brackets?.[0];
  const last = brackets?.at(-1);
  if (first === undefined || last === undefined) return text;
  if (!CLOSING.includes(first) || !OPENING.includes(last)) return text;
  return text.replace(BRACKETS, (bracket) => {
    const opening = OPENING.indexOf(bracket);
    return opening === -1 ? OPENING.charAt(CLOSING.indexOf(bracket)) : CLOSING.charAt(opening);
  });
}
