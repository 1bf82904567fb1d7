/** Scripts that one living language, or next to one, is written in. */
const SCRIPTS: readonly (readonly [language: string, letters: RegExp])[] = [
  ['el', /\p{sc=Grek}/gu],
  ['gu', /\p{sc=Gujr}/gu],
  ['he', /\p{sc=Hebr}/gu],
  ['hy', /\p{sc=Armn}/gu],
  ['ka', /\p{sc=Geor}/gu],
  ['km', /\p{sc=Khmr}/gu],
  ['kn', /\p{sc=Knda}/gu],
  ['ko', /\p{sc=Hang}/gu],
  ['lo', /\p{sc=Laoo}/gu],
  ['ml', /\p{sc=Mlym}/gu],
  ['my', /\p{sc=Mymr}/gu],
  ['or', /\p{sc=Orya}/gu],
  ['pa', /\p{sc=Guru}/gu],
  ['si', /\p{sc=Sinh}/gu],
  ['ta', /\p{sc=Taml}/gu],
  ['te', /\p{sc=Telu}/gu],
  ['th', /\p{sc=Thai}/gu],
];
const LETTER = /[\p{L}\p{M}]/gu;
const LATIN = /[\p{sc=Latn}\p{M}]/gu;
const KANA = /[\p{sc=Hira}\p{sc=Kana}]/gu;
const FEWEST_LETTERS = 4;
/** The rest may be names and terms in another script. */
const SHARE = 0.6;
/** Japanese has Chinese characters between its own letters; Chinese has none of those. */
const KANA_SHARE = 0.15;

/** The language that the letters of a text give away by themselves; undefined when several languages share them. */
export function scriptLanguage(text: string): string | undefined {
  const letters = count(text, LETTER);
  if (letters < FEWEST_LETTERS || count(text, LATIN) > (1 - KANA_SHARE) * letters) return undefined;
  if (count(text, KANA) >= KANA_SHARE * letters) return 'ja';
  return SCRIPTS.find(([, script]) => count(text, script) >= SHARE * letters)?.[0];
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
