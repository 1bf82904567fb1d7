import { expect, it } from 'vitest';
import { parseQuery } from './parse-query.ts';
import { phraseMatcher } from './phrase.ts';

it.each([
  ['pump filters', { text: 'pump filters' }],
  [
    'the "water pump" -winter -"night shift" filt*',
    {
      text: 'the water pump',
      phrases: ['water pump'],
      excluded: ['winter', 'night shift'],
      prefixes: ['filt'],
    },
  ],
  ['6" pipe, 4" pipe', { text: '6" pipe, 4" pipe' }],
  ['a lone " quote', { text: 'a lone " quote' }],
  ['„Anführung“ “curly”', { text: 'Anführung curly', phrases: ['Anführung', 'curly'] }],
  ['well-known - dash -- x', { text: 'well-known - dash -- x' }],
  ['a & b | !c <-> (d)', { text: 'a & b | !c <-> (d)' }],
  ['* a*', { text: '* a*' }],
])('%s', (query, expected) => {
  expect(parseQuery(query)).toEqual({ phrases: [], excluded: [], prefixes: [], ...expected });
});

it('a text holds a phrase whose words stand in it next to each other, whatever is between them', () => {
  const holds = phraseMatcher(['crème brûlée', 'part AB-12', '…']);
  expect(holds('A Creme-Brulee, part (AB 12)')).toEqual([true, true, false]);
  expect(holds('brûlée crème; part of AB-12; crème, then brûlée')).toEqual([false, false, false]);
});
