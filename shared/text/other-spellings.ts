import { foldAccents, normalizeWord } from './fold.ts';

const WITHOUT_ACCENTS: readonly (readonly [RegExp, string])[] = [
  [/ä|æ/g, 'ae'],
  [/ö|ø/g, 'oe'],
  [/ü/g, 'ue'],
  [/å/g, 'aa'],
];
/** What stands for one letter, unless it is two: `Quelle`, `Bauer`. */
const DIGRAPH = /(?<![aeiouäöüyq])(?:[aou]e|aa)(?!s?$)/g;
const SHORTEST = 4;

/**
 * How a name with `ü` or `å` may be written as well: `Mueller`, `Müller`; `Aarhus`, `Århus`.
 * @param mayHaveDigraphs whether two letters may stand for one
 */
export function otherSpelling(word: string, mayHaveDigraphs: boolean): string | undefined {
  const normal = normalizeWord(word).normalize('NFC');
  if (normal.length < SHORTEST) return undefined;
  const spelt = WITHOUT_ACCENTS.reduce((done, [letter, digraph]) => done.replace(letter, digraph), normal);
  // Terms have no accents, so that one letter stands for either.
  if (spelt === normal && !mayHaveDigraphs) return undefined;
  const other = spelt === normal ? normal.replace(DIGRAPH, (digraph) => digraph.slice(0, 1)) : spelt;
  return other === normal || foldAccents(other) === foldAccents(normal) ? undefined : other;
}
