import { expect, it } from 'vitest';
import { addToTally, type LanguageTally, mainLanguage } from './language-tally.ts';

function tallied(...passages: [string | null, number][]): LanguageTally {
  return passages.reduce<LanguageTally>((tally, [language, characters]) => addToTally(tally, language, characters), {});
}

it.each<[string | null, [string | null, number][]]>([
  [
    'de',
    [
      ['de', 100],
      ['en', 30],
      ['de', 20],
    ],
  ],
  [
    'en',
    [
      ['en', 60],
      [null, 40],
    ],
  ],
  [
    null,
    [
      ['en', 40],
      [null, 60],
    ],
  ],
  [
    null,
    [
      ['en', 40],
      ['de', 35],
      ['fr', 25],
    ],
  ],
  [null, []],
  [null, [[null, 10]]],
])('%s is the main language of %j', (language, passages) => {
  expect(mainLanguage(tallied(...passages))).toBe(language);
});
