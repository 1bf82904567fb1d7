import { expect, it } from 'vitest';
import { numberFormat, showNumber, showText } from './show-number.ts';

it.each([
  ['General', '0.30000000000000004', '0.3'],
  ['General', '1E+20', '100000000000000000000'],
  ['0000000', '12345', '0012345'],
  ['#,##0.00', '1234.5', '1,234.50'],
  ['"€"#,##0.00', '1234.5', '€1,234.50'],
  ['#,##0.00\\ [$€-407]', '1234.5', '1,234.50 €'],
  ['_-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-;_-* "-"??\\ "€"_-;_-@_-', '-5', '-5.00 €'],
  ['0.00%', '0.1525', '15.25%'],
  ['# ?/?', '1.25', '1 1/4'],
  ['0.00E+00', '123456', '1.23E+05'],
  ['[>=1000]#,##0,"K";0', '12345', '12K'],
  ['[Red]0;[Blue]\\(0\\);"none"', '-7', '(7)'],
  ['[Red]0;[Blue]\\(0\\);"none"', '0', 'none'],
  ['000\\-00\\-0000', '123456789', '123-45-6789'],
  ['#,##0.00 "days"', '3', '3.00 days'],
  [';;;', '5', ''],
  ['[h]:mm:ss', '1.5', '36:00:00'],
  ['h:mm', '0.75', '18:00'],
  ['h:mm AM/PM', '0.5625', '13:30 (1:30 PM)'],
  ['yyyy\\-mm\\-dd', '46205', '2026-07-02'],
  ['dd.mm.yyyy', '46205', '2026-07-02 (02.07.2026)'],
  ['[$-407]d. mmmm yyyy', '45356', '2024-03-05 (5. März 2024)'],
  ['d-mmm;@', '46206', '2026-07-03 (3-Jul)'],
  ['not a "code', '5', '5'],
  ['yyyy', '9e99', '9e+99'],
  ['yyyy', 'what', 'what'],
])('shows with %s %s as %s', (code, raw, shown) => {
  expect(showNumber(raw, numberFormat(code)).trim()).toBe(shown);
});

it('counts days as Excel does, in both of its ways', () => {
  const day = numberFormat('yyyy-mm-dd');
  expect(showNumber('1', day)).toBe('1900-01-01');
  expect(showNumber('61', day)).toBe('1900-03-01');
  expect(showNumber('0', day, true)).toBe('1904-01-01');
  expect(showNumber('45356', numberFormat('m/d/yyyy', true))).toBe('2024-03-05');
});

it('adds to texts what their format adds', () => {
  expect(showText('12', numberFormat('0;0;0;"Ref. "@'))).toBe('Ref. 12');
  expect(showText('12', numberFormat('@'))).toBe('12');
  expect(showText('12', numberFormat('0.00'))).toBe('12');
});
