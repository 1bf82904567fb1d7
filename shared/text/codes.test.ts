import { expect, it } from 'vitest';
import { analyzeQuery } from './analyze-query.ts';
import { createAnalyzer } from './analyzer.ts';
import { tokenize } from './tokenize.ts';

const terms = (text: string): string[] => [...createAnalyzer('en').analyze(text).counts.keys()];

it.each([
  ['INV-2024-001', 'inv2024001'],
  ['4711/08-15.B', '47110815b'],
  ['ＡＢＣ－１２３４', 'abc1234'],
  ['DE89 3704 0044 0532 0130 00 before', 'de89370400440532013000'],
  ['GB29 NWBK 6016 1331 9268 19', 'gb29nwbk60161331926819'],
  ['+47 55 12 34 56', '4755123456'],
  ['+47 55 12 34 56', '55123456'],
  ['(055) 998-7766', '0559987766'],
  ['0047 55 12 34 56', '4755123456'],
  ['FY 2018', 'fy2018'],
  ['v2.10.3-rc1', '2.10.3'],
  ['e‑mail', 'email'],
  ["Mr O'Brien", 'obrien'],
  ['l’Étoile', 'letoil'],
  ['1,234.56', '1234.56'],
  ['9.876,54', '9876.54'],
  ['1.234.567', '1234567'],
  ['snake_case', 'snakecase'],
  ['node.js', 'nodejs'],
])('%s is found as %s', (text, term) => {
  expect(terms(text)).toContain(term);
});

it('makes no codes of other neighbours', () => {
  for (const text of [
    'page 12 of 13',
    'rooms 12, 13 and 14',
    'in 1970. 1980 was',
    'well-known and/or on-line',
    'The BBC. Then 2018',
    'ann@example.org https://example.org/a1',
    '1 2 3 4 5 6 7 8 9 10 11 12 13 14 15',
  ]) {
    const joined = [...tokenize(text)].filter(
      ({ kind, text: each }) => (kind === 'whole' || kind === 'joined') && !text.includes(each),
    );
    expect(joined, text).toEqual([]);
  }
});

it('takes the neighbours of a query for one code, too', () => {
  const asked = (query: string) => analyzeQuery(query, new Map([['en', 1]])).flatMap(({ terms: each }) => each);
  expect(asked('pay inv 2024 001')).toContain('inv2024001');
  expect(asked('fy 2018')).toContain('fy2018');
  expect(asked('gb29 nwbk 6016 1331 9268 19')).toContain('gb29nwbk60161331926819');
  expect(asked('on-line')).toContain('onlin');
  expect(asked('e mail')).toContain('email');
  // Function words are part of no code.
  expect(asked('the 4 of 2018')).not.toContain('of2018');
});

it('bears long rows of numbers and pieces', () => {
  const begun = performance.now();
  for (const text of ['12 '.repeat(100_000), 'AB 12 '.repeat(50_000), '1.234'.repeat(50_000), 'a-'.repeat(100_000)]) {
    for (const term of terms(text)) expect(term.length).toBeLessThan(201);
  }
  expect(performance.now() - begun).toBeLessThan(10_000);
});
