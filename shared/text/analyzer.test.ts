import { expect, it } from 'vitest';
import { analyzeQuery } from './analyze-query.ts';
import { createAnalyzer } from './analyzer.ts';

function terms(text: string, language: string | null): string[] {
  return [...createAnalyzer(language).analyze(text).counts.keys()];
}

it.each([
  ['en', 'The engines were running', ['engin', 'run']],
  ['de', 'Die Häuser an der Straße', ['haus', 'strass']],
  ['fr', 'L’été, les maisons étaient fermées', ['maison', 'ferm']],
  ['ru', 'книги и книгами', ['книг']],
  [null, 'The engines were running', ['engin', 'run']],
  ['tlh', 'The engines', ['the', 'engines']],
  ['tlh', 'Crème BRÛLÉE ﬁne ＡＢＣ', ['creme', 'brulee', 'fine', 'abc']],
  [null, 'हिन्दी', ['हिन्दी']],
])('language %s: %s', (language, text, expected) => {
  expect(terms(text, language)).toEqual(expected);
});

it('keeps what is written as one thing whole, and finds its parts', () => {
  const found = terms(
    'INC-2024-001, ann.lee@example.org v1.2.3 https://example.com/a/b?c=d getUserName XMLParser snake_case C++ C# ' +
      '192.168.0.1 1,000,000.50 std::vector node.js well-known and/or',
    'en',
  );
  const wholes = ['inc-2024-001', 'ann.lee@example.org', 'v1.2.3', 'https://example.com/a/b?c=d', 'getusername'];
  expect(found).toEqual(expect.arrayContaining(wholes));
  expect(found).toEqual(
    expect.arrayContaining(['xmlparser', 'snake_case', 'c++', 'c#', '192.168.0.1', '1,000,000.50']),
  );
  expect(found).toEqual(
    expect.arrayContaining(['std::vector', 'node.js', 'inc', '2024', '001', 'lee', 'user', 'parser']),
  );
  for (const never of ['well-known', 'and/or']) expect(found).not.toContain(never);
});

it('cuts scripts without spaces into words', () => {
  expect(terms('我在北京大学学习。サーバーの設定', null)).toEqual(
    expect.arrayContaining(['北京', '大学', 'サーバー', '设定']),
  );
  expect(terms('ฉันกินข้าว', null)).toContain('ข้าว');
});

it('counts words for the length, not what stands beside them', () => {
  expect(createAnalyzer('en').analyze('the error getUserName of a.b@c.org').length).toBe(5);
});

it('counts function words apart', () => {
  const { counts, said, length } = createAnalyzer('en').analyze('The engine of the pump is what isReady says');
  expect([...said]).toEqual([
    ['=the', 2],
    ['=of', 1],
    ['=is', 1],
    ['=what', 1],
  ]);
  expect([...counts.keys()]).toEqual(['engin', 'pump', 'isready', 'readi', 'say']);
  expect(length).toBe(4);
  expect(createAnalyzer('tlh').analyze('the engine').said.size).toBe(0);
});

it('bears anything', () => {
  for (const text of [
    '',
    '\0',
    "' OR 1=1",
    '%_\\',
    '🍮',
    '\ud800',
    '-',
    '((((',
    'a'.repeat(100_000),
    '. '.repeat(50_000),
  ]) {
    for (const term of terms(text, 'en')) {
      expect(Buffer.byteLength(term)).toBeLessThan(2_000);
      expect(term).toSatisfy((each: string) => each.isWellFormed() && !each.includes('\0'));
    }
  }
});

it('gives a word of a query the forms of every language', () => {
  const languages = new Map([
    ['en', 3],
    ['de', 1],
    ['simple', 1],
  ]);
  expect(analyzeQuery('running the Häuser', languages)).toEqual([
    { standing: 'content', terms: ['run', 'running'], said: [] },
    { standing: 'function', terms: ['the'], said: ['=the'] },
    { standing: 'content', terms: ['haus', 'hauser'], said: [] },
    { standing: 'guess', terms: ['haeuser'], said: [] },
  ]);
});
