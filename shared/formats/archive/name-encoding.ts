import iconv from 'iconv-lite';
import { COMMON_HANGUL, COMMON_HANZI, COMMON_KANJI, COMMON_TRADITIONAL, LATIN_ALPHABETS } from './common-letters.ts';

interface Candidate {
  encoding: string;
  /** Of DOS, which archivers of Windows take. */
  oem?: boolean;
  /** Of scripts with thousands of letters: the frequent ones, and where the standard has its common ones. */
  common?: ReadonlySet<string>;
  commonLead?: readonly [number, number];
  /** Where the letters are that the standard had at first. */
  lead?: readonly [number, number];
}

/** The first of equals is taken. */
const CANDIDATES: readonly Candidate[] = [
  { encoding: 'cp437', oem: true },
  { encoding: 'cp850', oem: true },
  { encoding: 'win1252' },
  { encoding: 'cp932', oem: true, common: COMMON_KANJI, commonLead: [0x88, 0x97], lead: [0x81, 0xea] },
  { encoding: 'cp936', oem: true, common: COMMON_HANZI, commonLead: [0xb0, 0xd7], lead: [0xa1, 0xf7] },
  { encoding: 'cp949', oem: true, common: COMMON_HANGUL, commonLead: [0xb0, 0xc8], lead: [0xa1, 0xc8] },
  { encoding: 'cp950', oem: true, common: COMMON_TRADITIONAL, commonLead: [0xa4, 0xc6], lead: [0xa1, 0xf9] },
  { encoding: 'euc-jp', common: COMMON_KANJI, commonLead: [0xb0, 0xcf], lead: [0xa1, 0xf4] },
  { encoding: 'cp866', oem: true },
  { encoding: 'win1251' },
  { encoding: 'cp852', oem: true },
  { encoding: 'win1250' },
  { encoding: 'cp857', oem: true },
  { encoding: 'win1254' },
  { encoding: 'cp737', oem: true },
  { encoding: 'win1253' },
  { encoding: 'cp862', oem: true },
  { encoding: 'win1255' },
  { encoding: 'win1256' },
  { encoding: 'cp874', oem: true },
  { encoding: 'cp775', oem: true },
  { encoding: 'win1257' },
  { encoding: 'koi8-r' },
];
/** What names are looked at: more change nothing. */
const SAMPLE_BYTES = 2 * 1024;
/** How much the program that made the archive counts, beside what is written. */
const OF_ITS_SYSTEM = 0.05;
const SCRIPTS = ['Latin', 'Cyrillic', 'Greek', 'Hebrew', 'Arabic', 'Thai'].map(
  (script) => new RegExp(`\\p{Script_Extensions=${script}}`, 'u'),
);
const PUNCTUATION = /[\u00A0\u00A7\u00AB\u00B0\u00B4\u00BB\u2013\u2014\u2018-\u201E\u2026\u20AC\u2116]/;
const FULL_WIDTH = /[\u3000-\u3003\u3005-\u3011\u30FB\u30FC\uFF01-\uFF5E]/;
const KANA = /[\u3041-\u3096\u30A1-\u30FA]/;

/**
 * The encoding of names in an archive that does not say it: the one by which all of them together look most like words.
 * @param madeOnDos whether the archive comes from DOS or Windows
 */
export function guessNameEncoding(names: readonly Buffer[], madeOnDos: boolean): string {
  const sample: Buffer[] = [];
  let length = 0;
  for (const name of names) {
    if (length >= SAMPLE_BYTES) break;
    sample.push(name.subarray(0, SAMPLE_BYTES - length));
    length += name.length;
  }
  let best = { encoding: 'cp437', score: Number.NEGATIVE_INFINITY };
  for (const candidate of CANDIDATES) {
    const score = plausibility(sample, candidate) + (candidate.oem === madeOnDos ? OF_ITS_SYSTEM : 0);
    if (score > best.score) best = { encoding: candidate.encoding, score };
  }
  return best.encoding;
}

/** 1 for names in common letters, less for stranger ones; minus infinity for what cannot be. */
function plausibility(names: readonly Buffer[], candidate: Candidate): number {
  const texts = names.map((name) => iconv.decode(name, candidate.encoding));
  if (texts.some((text) => /[\uFFFD\x80-\x9F\p{Private_Use}]/u.test(text))) return Number.NEGATIVE_INFINITY;
  const scores = texts.flatMap((text) => (candidate.common ? eastAsian(text, candidate) : alphabetic(text)));
  if (scores.length === 0) return Number.NEGATIVE_INFINITY;
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  return candidate.common ? mean : mean + inOneLanguage(texts) - 1;
}

function eastAsian(text: string, { encoding, common, commonLead, lead }: Candidate): number[] {
  return [...text].flatMap((letter) => {
    if (letter <= '\x7F') return [];
    if (FULL_WIDTH.test(letter)) return [0.5];
    // Chinese character sets have kana as well, which Chinese has not.
    if (KANA.test(letter)) return [common === COMMON_KANJI ? 1 : -0.5];
    if (common?.has(letter)) return [1];
    const first = iconv.encode(letter, encoding)[0] ?? 0;
    if (!/\p{L}/u.test(letter) || iconv.encode(letter, encoding).length < 2) return [-0.5];
    if (/\p{Script=Greek}|\p{Script=Cyrillic}|\p{Script=Latin}/u.test(letter)) return [-0.5];
    if (commonLead && first >= commonLead[0] && first <= commonLead[1]) return [0.4];
    return [lead && first >= lead[0] && first <= lead[1] ? -0.4 : -1];
  });
}

function alphabetic(text: string): number[] {
  const letters = [...text];
  return letters.flatMap((letter, index) => {
    if (letter <= '\x7F') return [];
    const [before = '', after = ''] = [letters[index - 1], letters[index + 1]];
    const isInside = /[\p{L}\p{M}]/u.test(before) && /[\p{L}\p{M}]/u.test(after);
    if (!/[\p{L}\p{M}]/u.test(letter)) return [PUNCTUATION.test(letter) ? (isInside ? -1.5 : -0.2) : -2];
    const script = SCRIPTS.findIndex((one) => one.test(letter));
    if (script === -1 || (/\p{Lm}|\p{Lo}/u.test(letter) && script === 0)) return [-1.5];
    const neighbours = [before, after].filter((one) => /\p{L}/u.test(one));
    if (neighbours.some((one) => !SCRIPTS[script]?.test(one))) return [-1.5];
    // Capitals begin words, or all of a word is in capitals.
    if (/\p{Lu}/u.test(letter) && /\p{Ll}/u.test(before)) return [-1];
    if (/\p{Ll}/u.test(letter) && /\p{Lu}/u.test(after)) return [-1];
    if (/\p{Lu}/u.test(before) && before > '\x7F' && /\p{Ll}/u.test(letter) && /\p{Lu}/u.test(letters[index - 2] ?? ''))
      return [-0.5];
    // Words in Latin letters are mostly in those of ASCII.
    const crowded = script === 0 && before > '\x7F' && after > '\x7F';
    return [crowded ? -1 : 1];
  });
}

/** How many of the Latin letters beyond ASCII one single language has. */
function inOneLanguage(texts: readonly string[]): number {
  const letters = [...texts.join('').toLowerCase()].filter(
    (letter) => letter > '\x7F' && /\p{Script=Latin}/u.test(letter),
  );
  if (letters.length === 0) return 1;
  const shares = LATIN_ALPHABETS.map((alphabet) => letters.filter((letter) => alphabet.has(letter)).length);
  return Math.max(...shares) / letters.length;
}
