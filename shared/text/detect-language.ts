import { eld } from 'eld/extrasmall';
import { scriptLanguage } from './script-language.ts';

/** A text of this many letters is trusted as it is; of a shorter one the best guess must stand out from the next. */
const ENOUGH = 60;
const SHORTEST = 12;
/** By what share of its score the best guess for a short text must lead. */
const LEAD = 0.05;
/** Of texts in languages that the detector knows, 95 % score above it; of those in languages that it doesn't, 40 %. */
const LEAST_SCORE = 0.7;
/** More letters than this make no guess better. */
const READ_CHARS = 2_000;

const LETTER = /\p{L}/gu;
// One of these letters says as much as three of an alphabet.
const DENSE_LETTER = /\p{sc=Han}/gu;
// Identifiers, addresses and part numbers are of no language. Of ASCII alone, since other scripts may stand beside them
// without a space.
const NO_WORDS = /[!-~]*(?:[\d@\\_=<>{}]|:\/)[!-~]*/g;

/**
 * The language a text is written in, rather none than a wrong one. Serbian in Latin letters counts as
 * Croatian, Yiddish as Hebrew.
 * @returns its ISO 639-1 code, one of some 60; null when the text is too short, of several languages, or of another one
 */
export function detectLanguage(text: string): string | null {
  const words = text.slice(0, READ_CHARS).replace(NO_WORDS, ' ');
  const told = scriptLanguage(words);
  if (told !== undefined) return told;
  const letters = (words.match(LETTER)?.length ?? 0) + 2 * (words.match(DENSE_LETTER)?.length ?? 0);
  if (letters < SHORTEST) return null;
  const guess = eld.detect(words);
  const [best = 0, next = 0] = Object.values(guess.getScores()).sort((a, b) => b - a);
  if (!guess.isReliable() || best < LEAST_SCORE) return null;
  if (letters < ENOUGH && best - next < LEAD * best) return null;
  return guess.language;
}
