import { expect, it } from 'vitest';
import { analyzeQuery } from './analyze-query.ts';
import { tokenize } from './tokenize.ts';

/** Each word of the query with what it is to it: `!` a function word, `?` doubtful. */
function standings(query: string, passages: Record<string, number>): string {
  const languages = new Map(Object.entries(passages));
  const words = [...tokenize(query)].map(({ text }) => text);
  const marks = { content: '', doubtful: '?', guess: '', function: '!' };
  // One by one they would tell nothing of the query: each word's group is found by what it would be alone.
  const groups = analyzeQuery(query, languages);
  return words
    .map((word) => {
      const [alone] = analyzeQuery(word, languages);
      const key = JSON.stringify([alone?.terms, alone?.said]);
      const group = groups.find(({ terms, said }) => JSON.stringify([terms, said]) === key);
      return `${word}${marks[group?.standing ?? 'content']}`;
    })
    .join(' ');
}

it.each([
  // A question tells its language, whatever the passages are in.
  ['What is the rent that is paid?', { en: 90, simple: 10 }, 'What! is! the! rent that! is! paid'],
  ['What is the rent that is paid?', { de: 1 }, 'What! is! the! rent that! is! paid'],
  ['What is the rent that is paid?', { simple: 1 }, 'What! is! the! rent that! is! paid'],
  ['Wie hoch ist die Miete für das Bootshaus?', { en: 90, de: 10 }, 'Wie! hoch! ist! die! Miete für! das! Bootshaus'],
  ['Quel est le loyer de la maison', { en: 50, fr: 50 }, 'Quel! est! le! loyer de! la! maison'],
  // Two words mostly don't; what most passages are in says which is likely.
  ['the boathouse', { en: 90, de: 10 }, 'the! boathouse'],
  ['die Welt', { de: 90, en: 10 }, 'die! Welt'],
  ['the Bundestag', { de: 1 }, 'the? Bundestag'],
  ['to be or not to be', { en: 90, de: 5, simple: 5 }, 'to! be! or! not! to! be!'],
  ['The Who', { en: 90, fr: 10 }, 'The! Who!'],
  // Function words of one language that say something in another.
  ['how do cells die', { en: 90, de: 10 }, 'how! do! cells die'],
  ['how do cells die', { en: 1 }, 'how! do! cells die'],
  ['die hard', { en: 90, de: 10 }, 'die? hard'],
  ['die hard', { en: 1 }, 'die hard'],
  ['prix or', { fr: 1 }, 'prix or?'],
  ['le prix de l’or', { fr: 1 }, 'le! prix de! l! or'],
  ['Can Yücel', { tr: 1 }, 'Can? Yücel'],
  ['a tin can will rust', { en: 1 }, 'a! tin can! will! rust'],
  ['Wer will die Pumpe', { de: 50, en: 50 }, 'Wer! will! die! Pumpe'],
  ['cat food for dog', { en: 1 }, 'cat food for! dog'],
  ['rumah api di pulau', { en: 50, simple: 50 }, 'rumah api di pulau'],
])('%s among %j', (query, passages, expected) => {
  expect(standings(query, passages as Record<string, number>)).toBe(expected);
});
