import { expect, it } from 'vitest';
import { createAnalyzers } from '#shared/text/analyzers.ts';
import { parseQuery } from '#shared/text/parse-query.ts';
import { highlightTerms } from './highlight-terms.ts';

function marked(query: string, text: string, language: string | null = 'en'): string[] {
  return highlightTerms(parseQuery(query), createAnalyzers())(text, language).map(({ start, end }) =>
    text.slice(start, end),
  );
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
  expect(highlightTerms(parseQuery('crème'), createAnalyzers())('🍮 a crème')).toEqual([{ start: 5, end: 10 }]);
});

it('knows the forms of other languages, words without accents, identifiers, beginnings, and scripts without spaces', () => {
  expect(marked('haus', 'Viele Häuser, ein Haus.', 'de')).toEqual(['Häuser', 'Haus']);
  expect(marked('cafe', 'Un café noir', 'fr')).toEqual(['café']);
  expect(marked('ab-123', 'Part AB-123 of AB and 123', 'en')).toEqual(['AB-123', 'AB', '123']);
  expect(marked('filt*', 'Filters, unfiltered', 'en')).toEqual(['Filters']);
  expect(marked('東京', '私は東京に住んでいます', 'ja')).toEqual(['東京']);
  expect(marked('pump -oil "blue door"', 'oil for the pump; the blue door', 'en')).toEqual(['pump', 'blue', 'door']);
});

it.each([
  ['de', 'Verträge', 'Den Wartungsvertrag verlängern, Verträge lesen', ['vertrag', 'Verträge']],
  ['de', 'wartungsvertrag', 'Den Wartungsvertrag', ['Wartungsvertrag']],
  ['zh', '地下', '检查地下室的水泵', ['地下']],
  ['zh', '地下室', '检查地下室的水泵', ['地下室']],
  ['ja', 'ポンプ', '大きなポンプを点検し', ['ポンプ']],
  ['th', 'ห้องใต้ดิน', 'ในห้องใต้ดินทุกสัปดาห์', ['ห้อง', 'ใต้ดิน']],
  ['he', 'משאבה', 'בדקו מַשְׁאֵבָה גדולה', ['מַשְׁאֵבָה']],
  ['ar', 'مضخة', 'فحص المهندسون المضخّة الكبيرة', ['المضخّة']],
  ['fr', 'ecole', "l'école est fermée", ['école']],
])('%s: %s in %s', (language, query, text, expected) => {
  const spans = highlightTerms(parseQuery(query), createAnalyzers())(text, language);
  expect(spans.map(({ start, end }) => text.slice(start, end))).toEqual(expected);
});
