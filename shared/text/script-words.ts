import snowball from 'snowball-stemmers';
import type { WordPart } from './compounds.ts';
import { foldAccents } from './fold.ts';

/** How words of a script become terms whatever the language of the text around them: short texts do not tell theirs. */
export interface ScriptRules {
  /** @param word normalised, with its accents */
  stem(word: string): string;
  /** What may be found of a word, beside it. @param word as it stands in the text */
  parts(word: string): WordPart[];
  /** How a word that is looked for may stand in a text, with what is written onto it there. */
  forms(word: string): string[];
  /** What it may be without that, and how this may stand in a text: it may as well be another word. */
  bare(word: string): string[];
}

type Script = 'greek' | 'cyrillic' | 'hebrew' | 'arabic' | 'hangul';

/** The script of a word's first letter, of those that have rules here. */
export function scriptOf(word: string): Script | undefined {
  const code = word.charCodeAt(0);
  if (code < 0x370) return undefined;
  if (code < 0x400 || (code >= 0x1f00 && code < 0x2000)) return 'greek';
  if (code < 0x530) return 'cyrillic';
  if (code >= 0x590 && code < 0x600) return 'hebrew';
  if (code >= 0x600 && code < 0x700) return 'arabic';
  return code >= 0xac00 && code < 0xd7a4 ? 'hangul' : undefined;
}

const PLAIN: ScriptRules = { stem: (word) => word, parts: () => [], forms: () => [], bare: () => [] };

/** Makes them anew, because a stemmer works in buffers of its own. */
export function createScriptRules(script: Script): ScriptRules {
  switch (script) {
    case 'greek':
      return { ...PLAIN, stem: greekStem };
    case 'cyrillic': {
      const stemmer = snowball.newStemmer('russian');
      return { ...PLAIN, stem: (word) => stemmer.stem(word) };
    }
    case 'hebrew':
      return { ...PLAIN, ...written(HEBREW_BEFORE, HEBREW_PREFIX) };
    case 'arabic': {
      const stemmer = snowball.newStemmer('arabic');
      const stem = (word: string): string => stemmer.stem(word.replace(ARABIC_AND, ''));
      return { ...PLAIN, stem, ...written(ARABIC_BEFORE, ARABIC_PREFIX) };
    }
    case 'hangul':
      return { ...PLAIN, parts: koreanParts };
  }
}

// Endings of nouns and adjectives, the longest first, as letters are folded.
const GREEK_ENDING =
  /(?<=\p{L}{3})(?:ματων|ματοσ|ματα|ιουσ|εων|εωσ|ουσ|ιων|ιου|ιασ|ιεσ|εισ|οσ|ου|οι|ον|ων|ησ|εσ|ασ|ια|ιο|ο|η|α|ι|υ|ε)$/u;

function greekStem(word: string): string {
  return foldAccents(word).replace(GREEK_ENDING, '');
}

/** The stemmer knows the article, but not behind *and* or *so*. */
const ARABIC_AND = /^[وف](?=(?:ال|بال|كال|لل)\p{L}{3})/u;
const ARABIC_BEFORE = ['ال', 'و', 'ف', 'ب', 'ل', 'ك', 'وب', 'ول'];
const ARABIC_PREFIX = /^(?:[وف]?(?:ال|بال|كال|لل)|[وف]?[بكل]|[وف])(?=\p{L}{3})/u;

/** The, and, in, to, from, that, like; when; and some that stand together. */
const HEBREW_BEFORE = 'ה ו ב ל מ ש כ וה וב ול ומ וש שה מה כש כשה שב של וכ'.split(' ');
const HEBREW_PREFIX = /^(?:ו?(?:כש|ש)?[הבלמכ]?ה?)(?=\p{L}{3})/u;

/** Words with what is written onto them in front, which only a dictionary could tell from their own letters. */
function written(before: readonly string[], prefix: RegExp): Pick<ScriptRules, 'forms' | 'bare'> {
  const forms = (word: string): string[] => before.map((each) => each + word);
  return {
    forms,
    bare(word) {
      const bare = word.replace(prefix, '');
      return bare === word || bare === '' ? [] : [bare, ...forms(bare)];
    },
  };
}

// Particles behind a noun, by how its last syllable ends, and those that stand behind any; the longest first.
const KOREAN_ANY =
  '에서부터|으로부터|로부터|에게서|한테서|에서는|에서도|에게는|까지는|까지도|에서|에게|에는|에도|에만|부터|까지|만의|만은|만이|처럼|보다|마다|조차|밖에|한테|께서|하고|대로|의|에|도|만|께';
const KOREAN_PARTICLES = {
  closed: endings(`${KOREAN_ANY}|이라고|이라는|이라도|이나|이며|이랑|으로는|으로도|으로|은|이|을|과`),
  open: endings(`${KOREAN_ANY}|라고|라는|라도|로는|로도|나|며|랑|로|는|가|를|와`),
  /** Both *-ro* and *-euro* of others: after l. */
  l: endings(`${KOREAN_ANY}|이라고|이라는|이라도|이나|이며|이랑|로는|로도|로|은|이|을|과`),
};
/** Of one syllable, everything is a particle. */
const FEWEST_SYLLABLES = 2;
const FINALS = 28;
const FINAL_L = 8;

function endings(list: string): string[] {
  return list.split('|').sort((a, b) => b.length - a.length);
}

function koreanParts(word: string): WordPart[] {
  for (let length = Math.min(4, word.length - FEWEST_SYLLABLES); length > 0; length -= 1) {
    const noun = word.slice(0, -length);
    const final = (noun.charCodeAt(noun.length - 1) - 0xac00) % FINALS;
    const particles = KOREAN_PARTICLES[final === 0 ? 'open' : final === FINAL_L ? 'l' : 'closed'];
    if (particles.includes(word.slice(-length))) return [{ text: noun, start: 0 }];
  }
  return [];
}
