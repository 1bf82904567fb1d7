import { expect, it } from 'vitest';
import { assertUsablePassword } from './usable-password.ts';

const OWNER = { email: 'Ada.Lovelace@example.org', username: 'countess' };

it.each(['correct horse', 'a password for the bench', 'countess of numbers', 'пароль и соль', 'p-0a1b-password'])(
  'takes %j',
  async (password) => {
    await expect(assertUsablePassword(password, OWNER)).resolves.toBeUndefined();
  },
);

it.each([
  ['one of the most common', 'password'],
  ['one of the commonest digits', '12345678'],
  ['one of the commonest in capitals', 'QwertyUIOP'],
  ['one letter over and over', 'zzzzzzzzzzzz'],
  ['two letters over and over', 'xyxyxyxyxyxy'],
  ['the user name', 'Countess'],
  ['the user name with a little', 'countess1!'],
  ['the address', 'ada.lovelace@example.org'],
  ['what stands before the @', 'ada.lovelace99'],
  ['both together', 'countess-ada.lovelace'],
])('refuses %s', async (_, password) => {
  const refused = expect(assertUsablePassword(password, OWNER)).rejects;
  await refused.toMatchObject({
    code: 'VALIDATION_ERROR',
    errors: [{ field: 'password', message: expect.stringMatching(/choose another/) }],
  });
});

it('names as short as anything hold nothing back', async () => {
  await expect(
    assertUsablePassword('la la la land', { email: 'la@example.org', username: 'la' }),
  ).resolves.toBeUndefined();
});
