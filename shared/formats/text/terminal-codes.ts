const ESCAPE = '\u001B';
const BELL = '\u0007';
/** The codes of one character for `ESC [` and `ESC \`. */
const CONTROL_SEQUENCE = '\u009B';
const STRING_END = '\u009C';

/** Colours and moves of the cursor: numbers and a letter, for its shape a space and `q`; without a letter the numbers. */
const MOVES = `(?:${ESCAPE}\\[|${CONTROL_SEQUENCE})[0-?]*(?:[!-/]?[@-~]| q)?`;
/** Titles and addresses of links. What never ends is two characters, and the rest is text. */
const STRINGS = `${ESCAPE}\\](?:[\\P{Cc}\\t]*(?:${BELL}|${ESCAPE}\\\\|${STRING_END}))?`;
const SHORT = `${ESCAPE}[()#;?]*[\\dA-PR-TZcf-ntqry=><~]`;
const CODE = new RegExp(`${MOVES}|${STRINGS}|${SHORT}`, 'gu');

/**
 * Takes out what colours a terminal. Each code ends before the next one's first character, so the time grows with the length;
 * `stripVTControlCharacters` of Node takes the square of it where codes never end (1.9 s for 64 KiB).
 */
export function withoutTerminalCodes(text: string): string {
  return text.replace(CODE, '');
}
