import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { IV_BYTES, open, seal } from './aead.ts';
import { encodeFields } from './encode-fields.ts';
import { integrityError } from './integrity-error.ts';
import type { Keyring } from './keyring.ts';

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
  if (!master) throw integrityError(`The keyring holds no key with the id ${JSON.stringify(wrapped.keyId)}.`);
  const aad = associatedData(wrapped.keyId, binding);
  const plaintext = open({ key: master.wrapping, iv: wrapped.iv, aad }, [wrapped.ciphertext], wrapped.tag);
  return createSecretKey(Buffer.concat(plaintext));
}

function associatedData(keyId: string, binding: Uint8Array): Buffer {
  return encodeFields('omnirag/data-key/v1', keyId, binding);
}
