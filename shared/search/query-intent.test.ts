import { expect, it } from 'vitest';
import { parseQuery } from '#shared/text/parse-query.ts';
import { intentsOf, intentWeights } from './query-intent.ts';

it.each([
  ['pump filters', []],
  ['order AB-1234', ['identifier']],
  ['error E1001 in getUserName', ['identifier']],
  ['mail to ada@example.org', ['identifier']],
  ['invoice 20240917', ['identifier']],
  ['budget of 2024', []],
  ['top 10 hotels', []],
  ['the "water pump"', ['phrase']],
  ['which "water pump" fits AB-1234?', ['identifier', 'phrase']],
  ['what does the pump cost', ['question']],
  ['wie oft wird die Pumpe geölt', ['question']],
  ['the pump leaks?', ['question']],
  ['why', []],
])('%s', (query, reasons) => {
  expect(intentsOf(parseQuery(query))).toEqual(reasons);
});

it('words or meaning count for more, and the rest as before', () => {
  const base = { dense: 1, sparse: 0.5, bm25: 0.5, image: 0.5 };
  expect(intentWeights(base, [])).toEqual(base);
  expect(intentWeights(base, ['phrase', 'rare-term'])).toEqual({ dense: 1, sparse: 1, bm25: 1, image: 0.5 });
  expect(intentWeights(base, ['question'])).toEqual({ ...base, dense: 1.5 });
  expect(intentWeights(base, ['description'])).toEqual({ ...base, image: 1 });
});
