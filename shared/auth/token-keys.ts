import { createHash, createSecretKey, type KeyObject } from 'node:crypto';

const KEY_ID = /^[A-Za-z0-9_.-]{1,32}$/;
const MIN_SECRET_LENGTH = 32;

export interface TokenKey {
  readonly id: string;
  readonly secret: KeyObject | Buffer;
}

/** The keys that sign and verify tokens. A token's `kid` chooses among these and names nothing else. */
export interface TokenKeys {
  /** Signs. */
  readonly current: TokenKey;
  find(id: string): TokenKey | undefined;
}

export interface TokenKeySettings {
  /** One secret. Beside `JWT_SECRETS` it only verifies. */
  JWT_SECRET?: string | undefined;
  /** `id:secret,…` while keys rotate; the first signs. */
  JWT_SECRETS?: string | undefined;
}

/** Names the setting that is wrong, never its value. */
export class TokenKeysError extends Error {
  override readonly name = 'TokenKeysError';
}

/**
 * The signing keys from the settings. A secret without an id is known by one that is derived from it; a named secret
 * answers to that as well, so that a single key can be given a name when rotation begins.
 * @throws TokenKeysError
 */
export function parseTokenKeys(settings: TokenKeySettings): TokenKeys {
  const named = settings.JWT_SECRETS ? settings.JWT_SECRETS.split(',').map(parseNamed) : [];
  const single = settings.JWT_SECRET;
  if (single && !named.some(({ secret }) => secret === single)) named.push({ id: derivedId(single), secret: single });
  const byId = new Map<string, TokenKey>();
  const keys = named.map(({ id, secret }): TokenKey => {
    const key = { id, secret: createSecretKey(secret, 'utf8') };
    for (const name of new Set([id, derivedId(secret)])) {
      if (byId.has(name)) throw new TokenKeysError('JWT_SECRETS: two keys have the same id');
      byId.set(name, key);
    }
    return key;
  });
  const [current] = keys;
  if (!current) throw new TokenKeysError('JWT_SECRET: is required');
  return { current, find: (id) => byId.get(id) };
}

function parseNamed(entry: string): { id: string; secret: string } {
  const colon = entry.indexOf(':');
  const [id, secret] = [entry.slice(0, Math.max(colon, 0)).trim(), entry.slice(colon + 1).trim()];
  if (!KEY_ID.test(id)) throw new TokenKeysError('JWT_SECRETS: must be a list of id:secret');
  if (secret.length < MIN_SECRET_LENGTH) {
    throw new TokenKeysError(`JWT_SECRETS: each secret must be at least ${MIN_SECRET_LENGTH} characters`);
  }
  return { id, secret };
}

function derivedId(secret: string): string {
  return createHash('sha256').update(`omnirag token key id\0${secret}`).digest('hex').slice(0, 12);
}
