import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decryptField, type EncryptedField, encryptField, type FieldPlace, reencryptField } from './field-cipher.ts';
import { parseKeyring } from './keyring.ts';
import { randomKeyring } from './testing/example-file.ts';

const place: FieldPlace = {
  table: 'drive_connections',
  column: 'encrypted_refresh_token',
  rowId: '8d6f0b1c-0b53-4d0c-8e77-1d2f3a4b5c6d',
  ownerId: '7b0f2f0e-58a5-4c4c-9e53-0a8d4e0a2f11',
};
const SECRET = '1//0gÜmläut-refresh-token-🔑';
const refused = expect.objectContaining({ code: 'INTEGRITY_ERROR' });

describe('the field cipher', () => {
  const keyring = randomKeyring();
  const field = encryptField(keyring, SECRET, place);

  it('gives back what it was given, the empty text too', () => {
    expect(decryptField(keyring, field, place)).toBe(SECRET);
    expect(decryptField(keyring, encryptField(keyring, '', place), place)).toBe('');
    expect(Buffer.from(field.iv, 'base64')).toHaveLength(12);
    expect(Buffer.from(field.authTag, 'base64')).toHaveLength(16);
    expect(field.keyId).toBe(keyring.current.id);
    expect(JSON.stringify(field)).not.toContain('refresh-token');
  });

  it('never gives the same ciphertext twice', () => {
    const again = encryptField(keyring, SECRET, place);
    expect(again.iv).not.toBe(field.iv);
    expect(again.ciphertext).not.toBe(field.ciphertext);
  });

  it('opens at its own place alone', () => {
    for (const part of Object.keys(place) as Array<keyof FieldPlace>) {
      expect(() => decryptField(keyring, field, { ...place, [part]: `${place[part]}x` }), part).toThrow(refused);
    }
    // What moves from one part to its neighbour is another place.
    const moved = { ...place, table: `${place.table}${place.column[0]}`, column: place.column.slice(1) };
    expect(() => decryptField(keyring, field, moved)).toThrow(refused);
  });

  it('refuses every flipped bit and every missing byte', () => {
    for (const part of ['ciphertext', 'iv', 'authTag'] as const) {
      const bytes = Buffer.from(field[part], 'base64');
      for (let bit = 0; bit < bytes.length * 8; bit += 1) {
        const flipped = Buffer.from(bytes);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const changed = { ...field, [part]: flipped.toString('base64') };
        expect(() => decryptField(keyring, changed, place), `${part} bit ${bit}`).toThrow(refused);
      }
      for (let length = 0; length < bytes.length; length += 1) {
        const cut = { ...field, [part]: bytes.toString('base64', 0, length) };
        expect(() => decryptField(keyring, cut, place), `${part} of ${length}`).toThrow(refused);
      }
    }
  });

  it('refuses other spellings, parts of another field, another keyring and an unknown key', () => {
    const other = encryptField(keyring, 'another secret', { ...place, rowId: 'another' });
    const changed: EncryptedField[] = [
      { ...field, iv: `${field.iv}\n` },
      { ...field, ciphertext: ` ${field.ciphertext}` },
      { ...field, authTag: Buffer.from(field.authTag, 'base64').toString('hex') },
      { ...field, iv: other.iv },
      { ...field, ciphertext: other.ciphertext },
      { ...field, authTag: other.authTag },
      other,
      { ...field, keyId: 'unknown' },
      { ...field, keyId: '__proto__' },
    ];
    for (const [index, each] of changed.entries()) {
      expect(() => decryptField(keyring, each, place), `change ${index}`).toThrow(refused);
    }
    expect(() => decryptField(randomKeyring(), field, place)).toThrow(refused);
  });

  it('refuses text that UTF-8 cannot hold', () => {
    expect(() => encryptField(keyring, 'a\uD800b', place)).toThrow(TypeError);
    expect(() => encryptField(keyring, 'a', { ...place, rowId: '\uD800' })).toThrow(TypeError);
  });

  it('moves to a new master key, and opens under it alone', () => {
    const [oldHex, newHex] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')];
    const before = encryptField(parseKeyring({ APP_ENCRYPTION_KEY: oldHex }), SECRET, place);
    const both = parseKeyring({ APP_ENCRYPTION_KEYS: `new:${newHex},old:${oldHex}` });
    const after = reencryptField(both, before, place);
    expect(after.keyId).toBe('new');
    expect(reencryptField(both, after, place)).toBe(after);
    const newAlone = parseKeyring({ APP_ENCRYPTION_KEYS: `new:${newHex}` });
    expect(decryptField(newAlone, after, place)).toBe(SECRET);
    expect(() => decryptField(newAlone, before, place)).toThrow(refused);
    expect(() => reencryptField(both, { ...after, authTag: before.authTag }, place)).toThrow(refused);
  });
});
