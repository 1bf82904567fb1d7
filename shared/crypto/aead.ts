import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { AppError } from '#shared/errors/app-error.ts';

/**
 * The one answer to stored bytes that are not what was written. The person learns no more than that; what exactly did not
 * hold stands in the cause, for the log.
 */
export function integrityError(reason: string, cause?: unknown): AppError {
  return new AppError('INTEGRITY_ERROR', { cause: new Error(reason, cause === undefined ? undefined : { cause }) });
}

const ALGORITHM = 'aes-256-gcm';
export const KEY_BYTES = 32;
export const IV_BYTES = 12;
export const TAG_BYTES = 16;

export interface AeadParameters {
  key: KeyObject;
  iv: Uint8Array;
  /** Authenticated with the text, not part of it. */
  aad: Uint8Array;
}

/**
 * Seals one message with AES-256-GCM; the ciphertext comes in as many pieces as the plaintext. A pair of key and iv must
 * never seal twice.
 * @throws RangeError for a key that has not 32 bytes or an iv that has not 12
 */
export function seal(
  parameters: AeadParameters,
  plaintext: Iterable<Uint8Array>,
): { ciphertext: Buffer[]; tag: Buffer } {
  assertShape(parameters);
  const cipher = createCipheriv(ALGORITHM, parameters.key, parameters.iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(parameters.aad);
  const ciphertext = Array.from(plaintext, (part) => cipher.update(part));
  cipher.final();
  return { ciphertext, tag: cipher.getAuthTag() };
}

/**
 * Opens what {@link seal} made. Nothing is returned before the tag has been checked.
 * @throws RangeError for a key, an iv or a tag of any other size than 32, 12 and 16 bytes
 * @throws AppError INTEGRITY_ERROR when the text, the tag, the key, the iv or the associated data is not the sealed one
 */
export function open(parameters: AeadParameters, ciphertext: Iterable<Uint8Array>, tag: Uint8Array): Buffer[] {
  assertShape(parameters);
  if (tag.length !== TAG_BYTES) throw new RangeError(`A tag has ${TAG_BYTES} bytes.`);
  // Without authTagLength Node takes a tag cut to four bytes for a whole one.
  const decipher = createDecipheriv(ALGORITHM, parameters.key, parameters.iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(parameters.aad);
  decipher.setAuthTag(tag);
  const plaintext = Array.from(ciphertext, (part) => decipher.update(part));
  try {
    decipher.final();
  } catch (error) {
    throw integrityError('The tag does not fit.', error);
  }
  return plaintext;
}

function assertShape({ key, iv }: AeadParameters): void {
  if (key.type !== 'secret' || key.symmetricKeySize !== KEY_BYTES)
    throw new RangeError(`A key has ${KEY_BYTES} bytes.`);
  if (iv.length !== IV_BYTES) throw new RangeError(`An iv has ${IV_BYTES} bytes.`);
}

/**
 * Joins fields so that no two different lists give the same bytes: each is preceded by its length in four bytes, big
 * endian. Strings become UTF-8.
 * @throws TypeError for a string with a lone surrogate, which UTF-8 would silently make equal to others
 */
export function encodeFields(...fields: ReadonlyArray<string | Uint8Array>): Buffer {
  const parts: Uint8Array[] = [];
  for (const field of fields) {
    if (typeof field === 'string' && !field.isWellFormed()) throw new TypeError('A text to bind is not valid Unicode.');
    const bytes = typeof field === 'string' ? Buffer.from(field, 'utf8') : field;
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    parts.push(length, bytes);
  }
  return Buffer.concat(parts);
}
