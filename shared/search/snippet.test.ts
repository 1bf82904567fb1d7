import { expect, it } from 'vitest';
import { snippetOf } from './snippet.ts';

const sentence = (word: string, length = 120) => `${word} ${'lorem ipsum '.repeat(length / 12).trim()}.`;
const shown = (text: string, word: string) => {
  const start = text.indexOf(word);
  const span = snippetOf(text, start === -1 ? [] : [{ start, end: start + word.length }]);
  return text.slice(span.start, span.end);
};

it('shows whole sentences around what was found', () => {
  const text = ['One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight'].map((word) => sentence(word)).join(' ');
  const part = shown(text, 'Seven');
  expect(part).toContain('Seven');
  expect(part.length).toBeLessThanOrEqual(400);
  expect(part).toMatch(/^[A-Z][a-z]+ lorem/);
  expect(part).toMatch(/ipsum\.$/);
  expect(shown(text, 'nothing')).toMatch(/^One .*ipsum\.$/s);
});

it('shows short passages whole, and long sentences as far as they are of use', () => {
  expect(shown('  A short one.\n', 'short')).toBe('A short one.');
  expect(shown('', 'x')).toBe('');
  expect(shown(`word ${'x'.repeat(5_000)}`, 'word').length).toBe(1_000);
});

it('takes lines that were broken to fit a page together', () => {
  const wrapped = `${sentence('First', 360)}\nThe pump of the\ncellar needs oil every\nmonth. ${sentence('Last', 360)}`;
  expect(shown(wrapped, 'cellar')).toBe('The pump of the\ncellar needs oil every\nmonth.');
});
