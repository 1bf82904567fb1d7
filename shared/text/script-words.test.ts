import { expect, it } from 'vitest';
import { analyzeQuery } from './analyze-query.ts';
import { createAnalyzer } from './analyzer.ts';

/** Whether a word of a query finds a text, when the text's language is this one. */
function finds(query: string, text: string, language: string | null): boolean {
  const { counts } = createAnalyzer(language).analyze(text);
  const groups = analyzeQuery(query, new Map([[language ?? 'en', 1]]));
  return groups.some(({ terms }) => terms.some((term) => counts.has(term)));
}

it.each([
  ['договор', 'Договоры', null],
  ['ёлки', 'Елка', null],
  ['договор', 'договори', 'uk'],
  ['λιμάνια', 'λιμάνι', null],
  ['ΛΙΜΑΝΙ', 'λιμάνι', 'el'],
  ['δρόμος', 'δρόμους', null],
  ['بطاقة', 'والبطاقة', null],
  ['بطاقة', 'بالبطاقة', 'ar'],
  ['بطاقة', 'للبطاقة', 'ar'],
  ['مكتبة', 'بمكتبة', null],
  ['مكتبة', 'ومكتبة', null],
  ['المكتبة', 'لمكتبة', null],
  ['كتاب', 'کتاب', null],
  ['כרטיס', 'הכרטיס', null],
  ['כרטיס', 'בכרטיס', 'he'],
  ['כרטיס', 'וכרטיס', 'he'],
  ['לספרייה', 'הספרייה', 'he'],
  ['ספרייה', 'שהספרייה', null],
  ['도서관', '도서관은', null],
  ['도서관', '도서관에서는', 'ko'],
  ['도서관을', '도서관으로', 'ko'],
  ['고양이', '고양이는', 'ko'],
  ['서울', '서울로', 'ko'],
  ['財務報表', '财务报表', null],
  ['图书馆', '圖書館', 'zh'],
  ['diyarbakir', 'Diyarbakır', null],
  ['ığdır', 'IĞDIR', 'tr'],
  ['igdir', 'Iğdır', 'tr'],
  ['İSTANBUL', 'istanbul', 'tr'],
  ['Mueller', 'Müller', 'de'],
  ['Müller', 'Mueller', 'de'],
  ['Mueller', 'Müller', null],
  ['Müller', 'Mueller', null],
  ['strasse', 'Straße', null],
  ['Bjoern', 'Bjørn', 'no'],
  ['Aarhus', 'Århus', 'da'],
  ['Lodz', 'Łódź', 'pl'],
  ['pays', 'paid', 'en'],
  ['❤', '❤️', null],
  ['👍', '👍🏽', null],
])('%s finds %s (%s)', (query, text, language) => {
  expect(finds(query, text, language)).toBe(true);
});

it.each([
  ['Quelle', 'Qulle', 'de'],
  ['blue', 'blu', null],
  ['도서', '도서관은', 'ko'],
  ['bound', 'bond', 'en'],
])('%s does not find %s (%s)', (query, text, language) => {
  expect(finds(query, text, language)).toBe(false);
});
