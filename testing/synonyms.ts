/** Words that a model made for these tests holds for the same: the first of each is asked for, the other answers. */
const SYNONYMS: readonly (readonly [string, string])[] = [
  ['car', 'automobile'],
  ['doctor', 'physician'],
  ['house', 'dwelling'],
  ['ship', 'vessel'],
  ['child', 'youngster'],
  ['money', 'currency'],
  ['road', 'highway'],
  ['forest', 'woodland'],
  ['lawyer', 'attorney'],
  ['teacher', 'instructor'],
  ['storm', 'tempest'],
  ['gift', 'present'],
  ['error', 'mistake'],
  ['job', 'occupation'],
  ['movie', 'film'],
  ['picture', 'image'],
  ['illness', 'disease'],
  ['shop', 'store'],
  ['student', 'pupil'],
  ['answer', 'reply'],
];

const FILLERS = ['yesterday', 'again', 'nearby', 'quietly', 'together', 'often', 'slowly', 'perhaps'];

/** What the model knows: pairs stand for the same, all others for themselves. */
export const SYNONYM_GROUPS: readonly (readonly string[])[] = [...SYNONYMS, ...FILLERS.map((word) => [word])];

export interface SynonymCorpus {
  passages: string[];
  queries: { text: string; answers: number[] }[];
}

/**
 * Questions of two known words and a name that the model does not know, each with two answers: one has the name and one
 * of the words, the other says the same in other words and shares none. Beside them, passages that are right by half:
 * that have one of the words, or mean one of them.
 */
export function synonymCorpus(): SynonymCorpus {
  const corpus: SynonymCorpus = { passages: [], queries: [] };
  const add = (...words: (string | undefined)[]): number => corpus.passages.push(words.join(' ')) - 1;
  const filler = (at: number): string | undefined => FILLERS[at % FILLERS.length];
  SYNONYMS.forEach(([asked, other], at) => {
    const [second, secondOther] = SYNONYMS[(at + 7) % SYNONYMS.length] ?? [];
    const [third, thirdOther] = SYNONYMS[(at + 3) % SYNONYMS.length] ?? [];
    const name = `zq${String.fromCharCode(97 + at)}vx`;
    const byWord = add(name, filler(at), asked, filler(at + 3), thirdOther, filler(at + 5));
    const byMeaning = add(other, filler(at + 1), secondOther, filler(at + 4));
    corpus.queries.push({ text: `${asked} ${second} ${name}`, answers: [byWord, byMeaning] });
    add(asked, filler(at + 2), third, filler(at + 6));
    add(other, filler(at), thirdOther, filler(at + 7), filler(at + 2));
    add(secondOther, filler(at + 5), third, filler(at + 1));
  });
  return corpus;
}
