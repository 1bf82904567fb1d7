import { expect, it } from 'vitest';
import { compareWords, wordsOf } from './compare-words.ts';

it('finds words however they are written', () => {
  expect([...wordsOf('Dona\u00ADudampfer ﬁled 東京, 12.5 %')]).toEqual([
    'donaudampfer',
    'filed',
    '東',
    '京',
    '12',
    '5',
  ]);
});

it('counts what a reader misses that two of the others have, and what nobody else has', () => {
  const counts = compareWords([
    { reader: 'ours', text: 'one two extra' },
    { reader: 'a', text: 'one two three' },
    { reader: 'b', text: 'one three' },
    { reader: 'c', text: 'one four' },
  ]);
  expect(counts.get('ours')).toEqual({ words: 2, missed: 1, invented: 1, own: 3 });
  expect(counts.get('c')).toEqual({ words: 3, missed: 2, invented: 1, own: 2 });
});
