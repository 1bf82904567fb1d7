import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { problemOfUserName } from './user-names.ts';

it.each(['ada', 'Ada.Lovelace', 'a1', '4711', 'p-0a1b2c', 'x_y', 'admin-of-nothing', 'a'.repeat(64)])(
  'takes %j',
  (name) => {
    expect(problemOfUserName(name)).toBeUndefined();
  },
);

it.each([
  ['an а of another alphabet', 'аdmin'],
  ['another alphabet whole', 'админ'],
  ['letters that only look like others', 'ｐａｕｌ'],
  ['an accent', 'zoë'],
  ['a letter that is invisible', 'ad\u200bmin'],
  ['one letter', 'a'],
  ['65 letters', 'a'.repeat(65)],
  ['an address', 'ada@example.org'],
  ['a space', 'a b'],
  ['nothing but dots', '..'],
  ['a dot first', '.ada'],
  ['a dash last', 'ada-'],
  ['two dots side by side', 'ada..lovelace'],
  ['a dot and a dash side by side', 'ada.-lovelace'],
  ['the system’s', 'admin'],
  ['the system’s in capitals', 'ADMIN'],
  ['the system’s with a dot', 'ad.min'],
  ['everyone', 'everyone'],
  ['the form of an id', randomUUID()],
  ['the form of an id in capitals', randomUUID().toUpperCase()],
])('refuses %s', (_, name) => {
  expect(problemOfUserName(name)).toMatch(/^(must|is) /);
});
