import { createPasswords, type Passwords } from '#shared/auth/passwords.ts';
import { parseTokenKeys, type TokenKeys } from '#shared/auth/token-keys.ts';
import { type Keyring, parseKeyring } from '#shared/crypto/keyring.ts';
import type { Config } from '#shared/runtime/config.ts';
import type { Builders } from './built-at-first-read.ts';

/** What keeps things secret, and people apart. */
export interface Security {
  /** Of what is stored. */
  readonly keyring: Keyring;
  /** Of what people show to be let in. */
  readonly tokenKeys: TokenKeys;
  readonly passwords: Passwords;
}

export const SECURITY: Builders<Security, { config: Config }> = {
  keyring: ({ config }) => parseKeyring(config),
  tokenKeys: ({ config }) => parseTokenKeys(config),
  passwords: ({ config }) => createPasswords(config.BCRYPT_COST),
};
