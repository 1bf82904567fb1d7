import { randomBytes } from 'node:crypto';
import { encodeFields, IV_BYTES, integrityError, open, seal, TAG_BYTES } from './aead.ts';
import type { Keyring } from './keyring.ts';

/** Where a secret stands in the database; it can be read there and nowhere else. */
export interface FieldPlace {
  table: string;
  column: string;
  rowId: string;
  ownerId: string;
}

/** For the columns `encrypted_…`, `…_iv`, `…_auth_tag` and `…_key_id`; the first three in base64. */
export interface EncryptedField {
  ciphertext: string;
  iv: string;
  authTag: string;
  keyId: string;
}

/**
 * Encrypts a small secret with AES-256-GCM under the current master key.
 * @throws TypeError for text with a lone surrogate, which would not come back as it was
 */
export function encryptField(keyring: Keyring, plaintext: string, place: FieldPlace): EncryptedField {
  if (!plaintext.isWellFormed()) throw new TypeError('The secret is not valid Unicode.');
  const { id: keyId, fields: key } = keyring.current;
  const iv = randomBytes(IV_BYTES);
  const { ciphertext, tag } = seal({ key, iv, aad: associatedData(keyId, place) }, [Buffer.from(plaintext, 'utf8')]);
  return {
    ciphertext: Buffer.concat(ciphertext).toString('base64'),
    iv: iv.toString('base64'),
    authTag: tag.toString('base64'),
    keyId,
  };
}

/** @throws AppError INTEGRITY_ERROR for an unknown key, another place, or anything that was changed */
export function decryptField(keyring: Keyring, field: EncryptedField, place: FieldPlace): string {
  const master = keyring.find(field.keyId);
  if (!master) throw integrityError(`The keyring has no key with the id ${JSON.stringify(field.keyId)}.`);
  const iv = decode(field.iv, IV_BYTES);
  const tag = decode(field.authTag, TAG_BYTES);
  const aad = associatedData(field.keyId, place);
  return Buffer.concat(open({ key: master.fields, iv, aad }, [decode(field.ciphertext)], tag)).toString('utf8');
}

/** For rotation: the field under the current master key; the same object when it is there already. */
export function reencryptField(keyring: Keyring, field: EncryptedField, place: FieldPlace): EncryptedField {
  const plaintext = decryptField(keyring, field, place);
  return field.keyId === keyring.current.id ? field : encryptField(keyring, plaintext, place);
}

function associatedData(keyId: string, { table, column, rowId, ownerId }: FieldPlace): Buffer {
  return encodeFields('omnirag/field/v1', keyId, table, column, rowId, ownerId);
}

/** Base64 as this module writes it and no other spelling: Node alone skips what it does not know. */
function decode(value: string, length?: number): Buffer {
  const bytes = Buffer.from(value, 'base64');
  if (bytes.toString('base64') !== value || (length !== undefined && bytes.length !== length)) {
    throw integrityError('A stored field is not the base64 that was written.');
  }
  return bytes;
}
