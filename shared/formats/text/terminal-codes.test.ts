import { describe, expect, it } from 'vitest';
import { timeGrowth } from '#testing/time-growth.ts';
import { withoutTerminalCodes } from './terminal-codes.ts';

describe('withoutTerminalCodes', () => {
  it.each([
    ['colours', '\u001B[1;31mred\u001B[0m \u001B[38;2;1;2;3mand\u001B[m \u001B[38:2::1:2:3mblue', 'red and blue'],
    ['colours of one character', '\u009B31mred\u009B0m', 'red'],
    ['moves and modes', '\u001B[2J\u001B[1;1Ha\u001B[K\u001B[?25l\u001B[>4;2m\u001B[!p\u001B[1 qb', 'ab'],
    ['titles', '\u001B]0;ada@host: ~/notes\u0007$ ls', '$ ls'],
    ['links', '\u001B]8;;https://example.org/a?b=c&d\u001B\\here\u001B]8;;\u001B\\', 'here'],
    ['character sets and the like', '\u001B(Ba\u001B=b\u001B7c\u001B8\u001B>', 'abc'],
    ['nothing else', 'a[31m]0; \u20AC [x](y) 1;2', 'a[31m]0; \u20AC [x](y) 1;2'],
  ])('takes out %s', (_, text, plain) => {
    expect(withoutTerminalCodes(text)).toBe(plain);
  });

  it('takes the words after a code that never ends for text', () => {
    expect(withoutTerminalCodes('\u001B] the rest\nof the log')).toBe(' the rest\nof the log');
    expect(withoutTerminalCodes('\u001B]0;title\nof the log\u0007')).toBe('0;title\nof the log\u0007');
    expect(withoutTerminalCodes('\u001B[31\n\u001B[ text')).toBe('\n text');
  });

  it.each(['\u001B]', '\u001B];a', '\u001B[1', '\u001B[;', '\u001B]0;a\u009C', '\u009B;', '\u001B(', ';a', '\u001B'])(
    'reads %j again and again in time that grows with the length',
    async (code) => {
      const growth = await timeGrowth((count) => withoutTerminalCodes(`\u001B]${code.repeat(count)}`), {
        size: 40_000,
        enough: 8,
      });
      expect(growth).toBeLessThan(8);
    },
  );
});
