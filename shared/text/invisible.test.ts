import { expect, it } from 'vitest';
import { withoutInvisible } from './invisible.ts';
import { tokenize } from './tokenize.ts';

const words = (text: string): string[] => [...tokenize(text)].map(({ text: word }) => word);

it('leaves out what nobody sees, and says where the rest stood', () => {
  const text = 'har\u00adbour mas\u00ad\u200bter\ufeff';
  const visible = withoutInvisible(text);
  expect(visible?.text).toBe('harbour master');
  for (const { start, end, text: word } of tokenize(text)) {
    expect(text.slice(start, end).replace(/[\u00ad\u200b]/g, '')).toBe(word);
  }
  expect(withoutInvisible('plain')).toBeUndefined();
});

it.each([
  ['\u00adhar\u00adbour\u00ad', ['harbour']],
  ['INV\u2060-2024\u200b-001', ['INV-2024-001', 'INV2024001', 'INV', '2024', '001']],
  ['\u202bשלום\u202c', ['שלום']],
  // Joiners make one picture of several; without them they are several.
  ['👩\u200d👧', ['👩\u200d👧', '👩', '👧']],
  // In Indic scripts they only say how letters are drawn.
  ['क्\u200dष', ['क्ष']],
  ['می\u200cخواهم', ['میخواهم', 'می', 'خواهم']],
  ['นอน\u200bหลับ', ['นอน', 'หลับ']],
])('%j', (text, expected) => {
  expect(words(text)).toEqual(expected);
});

it('takes its time with any number of them', () => {
  const begun = performance.now();
  for (const sign of ['\u00ad', '\u200d', '\ufe0f\u200d', 'a\u200c']) expect(words(sign.repeat(200_000))).toBeDefined();
  expect(performance.now() - begun).toBeLessThan(10_000);
});
