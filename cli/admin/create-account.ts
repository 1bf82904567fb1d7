import { randomBytes } from 'node:crypto';
import { registerBody } from '#shared/api/accounts.ts';
import { createPasswords } from '#shared/auth/passwords.ts';
import { createAccount as create } from '#shared/auth/register.ts';
import type { AdminCommand } from './command.ts';

/** The least there is: the next login hashes the password anew where BCRYPT_COST says more. */
const HASH_COST = 12;

export const createAccount: AdminCommand = {
  name: 'create-account',
  usage: 'EMAIL [USERNAME]',
  summary: 'creates an account, even with REGISTRATION=closed, and prints its password',
  async run({ db }, [email, username, ...rest]) {
    if (email === undefined || rest.length > 0) {
      throw new Error('Give an email address and, if you like, a username: create-account EMAIL [USERNAME]');
    }
    // 108 bits, in letters that can be read out.
    const password = randomBytes(18).toString('base64url');
    const given = { email, username: username ?? email.split('@')[0], password };
    const { data, error } = registerBody.safeParse(given);
    if (!data) throw new Error(error.issues.map(({ path, message }) => `${path.join('.')} ${message}.`).join('\n'));
    const account = await create({ db, passwords: createPasswords(HASH_COST) }, data, undefined);
    return [
      `Created an account for ${account.email} with the username ${account.username} and the password`,
      `  ${password}`,
      'The password is shown only once. Pass it on privately and ask the user to change it after signing in.',
    ].join('\n');
  },
};
