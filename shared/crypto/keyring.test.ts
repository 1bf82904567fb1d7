import { createHash, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { derivedKeyId, KeyringError, type KeyringSettings, parseKeyring } from './keyring.ts';

const hex = (): string => randomBytes(32).toString('hex');

describe('parseKeyring', () => {
  it('derives the id of a single key', () => {
    const key = hex();
    const bytes = Buffer.from(key, 'hex');
    const expected = createHash('sha256')
      .update(Buffer.concat([Buffer.from('omnirag/key-id\0'), bytes]))
      .digest('hex');
    const keyring = parseKeyring({ APP_ENCRYPTION_KEY: key.toUpperCase() });
    expect(keyring.current.id).toBe(expected.slice(0, 8));
    expect(keyring.find(expected.slice(0, 8))).toBe(keyring.current);
    expect(keyring.find('other')).toBeUndefined();
  });

  it('takes the first of several as the current one and finds each by its own and its derived id', () => {
    const [fresh, old] = [hex(), hex()];
    const keyring = parseKeyring({ APP_ENCRYPTION_KEYS: ` 2025-b:${fresh}, 2025-a:${old} ` });
    expect(keyring.current.id).toBe('2025-b');
    expect(keyring.find('2025-a')?.id).toBe('2025-a');
    expect(keyring.find(derivedKeyId(Buffer.from(old, 'hex')))).toBe(keyring.find('2025-a'));
  });

  it('keeps a single key readable beside a list, once', () => {
    const [fresh, old] = [hex(), hex()];
    const beside = parseKeyring({ APP_ENCRYPTION_KEYS: `new:${fresh}`, APP_ENCRYPTION_KEY: old });
    expect(beside.current.id).toBe('new');
    expect(beside.find(derivedKeyId(Buffer.from(old, 'hex')))).toBeDefined();
    const twice = parseKeyring({ APP_ENCRYPTION_KEYS: `new:${fresh},old:${old}`, APP_ENCRYPTION_KEY: old });
    expect(twice.find(derivedKeyId(Buffer.from(old, 'hex')))?.id).toBe('old');
  });

  it('gives each use of a master key a key of its own', () => {
    const key = hex();
    const { current } = parseKeyring({ APP_ENCRYPTION_KEY: key });
    const exported = [current.wrapping.export().toString('hex'), current.fields.export().toString('hex'), key];
    expect(new Set(exported).size).toBe(3);
  });

  it('shows no key when it is printed', () => {
    const key = hex();
    const keyring = parseKeyring({ APP_ENCRYPTION_KEY: key });
    const wrapping = keyring.current.wrapping.export().toString('hex');
    const printed = `${inspect(keyring, { depth: 9, showHidden: true })}${JSON.stringify(keyring)}`;
    for (const secret of [key, wrapping]) expect(printed).not.toContain(secret.slice(0, 12));
  });

  const key = hex();
  const other = hex();
  const wrong: Array<[string, KeyringSettings, keyof KeyringSettings]> = [
    ['nothing', {}, 'APP_ENCRYPTION_KEY'],
    ['empty settings', { APP_ENCRYPTION_KEY: '', APP_ENCRYPTION_KEYS: '' }, 'APP_ENCRYPTION_KEY'],
    ['a short key', { APP_ENCRYPTION_KEY: key.slice(2) }, 'APP_ENCRYPTION_KEY'],
    ['a long key', { APP_ENCRYPTION_KEY: `${key}00` }, 'APP_ENCRYPTION_KEY'],
    ['no hexadecimal', { APP_ENCRYPTION_KEY: `g${key.slice(1)}` }, 'APP_ENCRYPTION_KEY'],
    ['a line break behind', { APP_ENCRYPTION_KEY: `${key}\n` }, 'APP_ENCRYPTION_KEY'],
    ['a list without ids', { APP_ENCRYPTION_KEYS: key }, 'APP_ENCRYPTION_KEYS'],
    ['key and id exchanged', { APP_ENCRYPTION_KEYS: `${key}:new` }, 'APP_ENCRYPTION_KEYS'],
    ['an empty id', { APP_ENCRYPTION_KEYS: `:${key}` }, 'APP_ENCRYPTION_KEYS'],
    ['an id with a slash', { APP_ENCRYPTION_KEYS: `../a:${key}` }, 'APP_ENCRYPTION_KEYS'],
    ['an id of 33 characters', { APP_ENCRYPTION_KEYS: `${'a'.repeat(33)}:${key}` }, 'APP_ENCRYPTION_KEYS'],
    ['an id that is not ASCII', { APP_ENCRYPTION_KEYS: `schlüssel:${key}` }, 'APP_ENCRYPTION_KEYS'],
    ['a trailing comma', { APP_ENCRYPTION_KEYS: `a:${key},` }, 'APP_ENCRYPTION_KEYS'],
    ['an id twice', { APP_ENCRYPTION_KEYS: `a:${key},a:${other}` }, 'APP_ENCRYPTION_KEYS'],
    ['a key twice', { APP_ENCRYPTION_KEYS: `a:${key},b:${key.toUpperCase()}` }, 'APP_ENCRYPTION_KEYS'],
    ['a broken second entry', { APP_ENCRYPTION_KEYS: `a:${key},b:${other.slice(1)}` }, 'APP_ENCRYPTION_KEYS'],
    [
      "an id that is another key's derived one",
      { APP_ENCRYPTION_KEYS: `a:${key},${derivedKeyId(Buffer.from(key, 'hex'))}:${other}` },
      'APP_ENCRYPTION_KEYS',
    ],
    [
      'a bad single key beside a good list',
      { APP_ENCRYPTION_KEYS: `a:${key}`, APP_ENCRYPTION_KEY: 'x' },
      'APP_ENCRYPTION_KEY',
    ],
  ];

  it.each(wrong)('refuses %s, names the setting and no value', (_name, settings, setting) => {
    try {
      parseKeyring(settings);
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof KeyringError)) throw error;
      expect(error.setting).toBe(setting);
      expect(error.message).toMatch(new RegExp(`^${setting}: `));
      const shown = `${error.stack}${inspect(error)}`;
      for (const value of [key, other]) {
        for (let at = 0; at + 8 <= value.length; at += 4) {
          expect(shown.toLowerCase()).not.toContain(value.slice(at, at + 8));
        }
      }
    }
  });
});
