import { expect, test } from 'vitest';

interface Format {
  formatBytes(bytes: number): string;
  formatType(contentType: string, filename: string): string;
  formatDate(date: Date, now: Date): string;
  formatPlace(location: object): string;
  formatLanguage(language: string | null): string;
  formatCount(count: number, noun: string): string;
}
const format: Format = await import(new URL('./format.js', import.meta.url).href);

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1 KB'],
  [1536, '1.5 KB'],
  [1_048_000, '1023 KB'],
  [1_048_575, '1 MB'],
  [150 * 1024 ** 2, '150 MB'],
  [1.25 * 1024 ** 3, '1.3 GB'],
])('%i bytes are %s', (bytes, shown) => {
  expect(format.formatBytes(bytes)).toBe(shown);
});

test.each([
  ['application/pdf', 'a.pdf', 'PDF'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'a.docx', 'Word'],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'a.xlsx', 'Excel'],
  ['application/vnd.oasis.opendocument.text', 'a.odt', 'ODT'],
  ['text/html; charset=utf-8', 'a.htm', 'HTML'],
  ['text/plain', 'a.txt', 'Text'],
  ['text/plain', 'data.csv', 'CSV'],
  ['', 'note.txt', 'Text'],
  ['', 'README', 'File'],
  ['text/plain', 'README', 'Text'],
])('%s named %s is %s', (contentType, filename, shown) => {
  expect(format.formatType(contentType, filename)).toBe(shown);
});

test('dates are told as people tell them', () => {
  const now = new Date(2026, 2, 10, 12, 0, 0);
  const before = (seconds: number) => format.formatDate(new Date(now.getTime() - seconds * 1000), now);
  expect(before(-5)).toBe('just now');
  expect(before(59)).toBe('just now');
  expect(before(3_599)).toBe('59 min ago');
  expect(before(7_200)).toBe('2 h ago');
  expect(before(3 * 86_400)).toBe('Mar 7');
  expect(before(365 * 86_400)).toBe('Mar 10, 2025');
});

test('places and counts', () => {
  expect(format.formatPlace({ page: 3 })).toBe('Page 3');
  expect(format.formatPlace({ slide: 12 })).toBe('Slide 12');
  expect(format.formatPlace({ sheet: 'Rates', row: 4 })).toBe('Rates, row 4');
  expect(format.formatPlace({ sheet: 'Rates', row: 4, lastRow: 9 })).toBe('Rates, rows 4–9');
  expect(format.formatPlace({ startSeconds: 64.2, endSeconds: 3723 })).toBe('1:04–1:02:03');
  expect(format.formatPlace({ charStart: 0, charEnd: 1_234 })).toBe('');
  expect(format.formatCount(1, 'page')).toBe('1 page');
  expect(format.formatCount(12_000, 'page')).toBe('12,000 pages');
});

test('a language has its English name', () => {
  expect(['de', 'ja', 'he', null].map((language) => format.formatLanguage(language))).toEqual([
    'German',
    'Japanese',
    'Hebrew',
    '',
  ]);
});
