import { createHash, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { encodeFields, IV_BYTES, integrityError, KEY_BYTES, open, seal } from './aead.ts';

/** At most this many characters, so that the id fits the file header's slot. */
export const KEY_ID_MAX_LENGTH = 32;
const KEY_ID = new RegExp(`^[A-Za-z0-9_.-]{1,${KEY_ID_MAX_LENGTH}}$`);
const HEX_KEY = /^[0-9a-f]{64}$/i;

/** Each use of a master key has a key of its own, derived from it. Node's key objects hide their bytes from logs. */
export interface MasterKey {
  readonly id: string;
  /** Wraps the data keys of files. */
  readonly wrapping: KeyObject;
  /** Encrypts secrets in the database. */
  readonly fields: KeyObject;
}

export interface Keyring {
  /** Everything new is encrypted under this one. */
  readonly current: MasterKey;
  find(id: string): MasterKey | undefined;
}

export interface KeyringSettings {
  /** One key: 64 hexadecimal digits. Beside `APP_ENCRYPTION_KEYS` it only reads. */
  APP_ENCRYPTION_KEY?: string | undefined;
  /** `id:hex,id:hex,…`; the first is the current one. */
  APP_ENCRYPTION_KEYS?: string | undefined;
}

/** Names the setting that is wrong, never its value. */
export class KeyringError extends Error {
  override readonly name = 'KeyringError';
  readonly setting: keyof KeyringSettings;

  constructor(setting: keyof KeyringSettings, problem: string) {
    super(`${setting}: ${problem}`);
    this.setting = setting;
  }
}

interface NamedKey {
  id: string;
  bytes: Buffer;
  setting: keyof KeyringSettings;
}

/**
 * The master keys from the settings. A key given without an id is known by {@link derivedKeyId}; a key that has an id is
 * found under its derived id as well, so that a single key can be given a name when rotation begins.
 * @throws KeyringError
 */
export function parseKeyring(settings: KeyringSettings): Keyring {
  const keys = settings.APP_ENCRYPTION_KEYS ? parseKeys(settings.APP_ENCRYPTION_KEYS) : [];
  const single = settings.APP_ENCRYPTION_KEY ? parseSingle(settings.APP_ENCRYPTION_KEY) : undefined;
  if (single && !keys.some(({ bytes }) => bytes.equals(single.bytes))) keys.push(single);

  const byId = new Map<string, MasterKey>();
  const masters = keys.map((key): MasterKey => {
    const master = { id: key.id, wrapping: derive(key.bytes, 'wrap'), fields: derive(key.bytes, 'fields') };
    for (const id of new Set([key.id, derivedKeyId(key.bytes)])) {
      if (byId.has(id)) throw new KeyringError(key.setting, 'two keys have the same id');
      byId.set(id, master);
    }
    return master;
  });
  const [current] = masters;
  if (!current) throw new KeyringError('APP_ENCRYPTION_KEY', 'is required');
  return { current, find: (id) => byId.get(id) };
}

/** The id of a key that was given none: the first 8 hexadecimal digits of a labelled SHA-256. */
export function derivedKeyId(key: Uint8Array): string {
  return createHash('sha256').update('omnirag/key-id\0').update(key).digest('hex').slice(0, 8);
}

function parseSingle(value: string): NamedKey {
  const setting = 'APP_ENCRYPTION_KEY';
  if (!HEX_KEY.test(value)) throw new KeyringError(setting, 'must be 32 bytes in hexadecimal (64 digits)');
  const bytes = Buffer.from(value, 'hex');
  return { id: derivedKeyId(bytes), bytes, setting };
}

function parseKeys(value: string): NamedKey[] {
  const setting = 'APP_ENCRYPTION_KEYS';
  const keys: NamedKey[] = [];
  for (const [index, entry] of value.split(',').entries()) {
    // Entries are named by their place: in an entry that is mistyped any part may be the key.
    const place = `entry ${index + 1}`;
    const colon = entry.indexOf(':');
    const id = entry.slice(0, colon).trim();
    const hex = entry.slice(colon + 1).trim();
    if (colon === -1) throw new KeyringError(setting, `${place} must be an id, a colon and a key`);
    if (!KEY_ID.test(id)) {
      throw new KeyringError(
        setting,
        `${place}: the id must be 1 to ${KEY_ID_MAX_LENGTH} of A-Z, a-z, 0-9, "_", ".", "-"`,
      );
    }
    if (!HEX_KEY.test(hex)) {
      throw new KeyringError(setting, `${place}: the key must be 32 bytes in hexadecimal (64 digits)`);
    }
    const bytes = Buffer.from(hex, 'hex');
    if (keys.some((other) => other.id === id)) throw new KeyringError(setting, `${place} repeats an id`);
    if (keys.some((other) => other.bytes.equals(bytes))) throw new KeyringError(setting, `${place} repeats a key`);
    keys.push({ id, bytes, setting });
  }
  return keys;
}

function derive(master: Uint8Array, use: 'wrap' | 'fields'): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', master, '', `omnirag/master/${use}/v1`, KEY_BYTES)));
}

export interface WrappedDataKey {
  keyId: string;
  /** 12 bytes. */
  iv: Buffer;
  /** As long as the data key: 32 bytes. */
  ciphertext: Buffer;
  /** 16 bytes. */
  tag: Buffer;
}

/** Encrypts a data key under the current master key; `binding` must be the same when it is unwrapped. */
export function wrapDataKey(keyring: Keyring, dataKey: KeyObject, binding: Uint8Array): WrappedDataKey {
  const { id: keyId, wrapping: key } = keyring.current;
  const iv = randomBytes(IV_BYTES);
  const { ciphertext, tag } = seal({ key, iv, aad: associatedData(keyId, binding) }, [dataKey.export()]);
  return { keyId, iv, ciphertext: Buffer.concat(ciphertext), tag };
}

/** @throws AppError INTEGRITY_ERROR for an unknown master key, another binding, or a wrapped key that was changed */
export function unwrapDataKey(keyring: Keyring, wrapped: WrappedDataKey, binding: Uint8Array): KeyObject {
  const master = keyring.find(wrapped.keyId);
  if (!master) throw integrityError(`The keyring has no key with the id ${JSON.stringify(wrapped.keyId)}.`);
  const aad = associatedData(wrapped.keyId, binding);
  const plaintext = open({ key: master.wrapping, iv: wrapped.iv, aad }, [wrapped.ciphertext], wrapped.tag);
  return createSecretKey(Buffer.concat(plaintext));
}

function associatedData(keyId: string, binding: Uint8Array): Buffer {
  return encodeFields('omnirag/data-key/v1', keyId, binding);
}
