import { expect, it } from 'vitest';
import { highlightTerms } from './highlight-terms.ts';

function marked(query: string, text: string): string[] {
  return highlightTerms(query)(text).map(({ start, end }) => text.slice(start, end));
}

it('marks words that share a stem with the query, in any case', () => {
  expect(marked('replacing filters', 'Filters are Replaced monthly; a FILTER costs little.')).toEqual([
    'Filters',
    'Replaced',
    'FILTER',
  ]);
});

it('marks no stop words and nothing when nothing matches', () => {
  expect(marked('what is the budget', 'This is the plan.')).toEqual([]);
});

it('counts in UTF-16 units', () => {
  expect(highlightTerms('crème')('🍮 a crème')).toEqual([{ start: 5, end: 10 }]);
});
