import { createHash, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { encodeFields, KEY_BYTES } from './aead.ts';
import { encodeFixedHeader, encodeHeader, NONCE_PREFIX_BYTES, parseHeader, SALT_BYTES } from './file-format.ts';
import { type Keyring, unwrapDataKey, wrapDataKey } from './keyring.ts';

/**
 * What an encrypted object is and whose. It is bound to the bytes, not stored in them: an object opens only for the
 * context it was written for.
 */
export interface FileContext {
  ownerId: string;
  fileId: string;
  generation: number;
  /** Which of the file's objects: `content` for the bytes themselves, e.g. `text/3` for what was derived from them. */
  purpose: string;
}

/** @throws TypeError for a context that names nothing: what is missing would be bound to nobody */
function encodeFileContext({ ownerId, fileId, generation, purpose }: FileContext): Buffer {
  if (!ownerId || !fileId || !purpose || !Number.isSafeInteger(generation) || generation < 0) {
    throw new TypeError('A file context needs an owner, a file, a generation and a purpose.');
  }
  return encodeFields(purpose, ownerId, fileId, String(generation));
}

/** What seals and opens the segments of one object. */
export interface FileKey {
  segmentKey: KeyObject;
  /** 7 bytes. */
  noncePrefix: Uint8Array;
  /** Plaintext bytes in a full segment. */
  segmentBytes: number;
}

/** A fresh data key for one object and the header that carries it, wrapped under the current master key. */
export function createFileKey(
  keyring: Keyring,
  context: FileContext,
  segmentBytes: number,
): { header: Buffer; fileKey: FileKey } {
  const dataKey = createSecretKey(randomBytes(KEY_BYTES));
  const salt = randomBytes(SALT_BYTES);
  const noncePrefix = randomBytes(NONCE_PREFIX_BYTES);
  const fixed = encodeFixedHeader(segmentBytes, salt, noncePrefix);
  const binding = bind(fixed, context);
  return {
    header: encodeHeader(fixed, wrapDataKey(keyring, dataKey, binding)),
    fileKey: { segmentKey: deriveSegmentKey(dataKey, salt, binding), noncePrefix, segmentBytes },
  };
}

/** @throws AppError INTEGRITY_ERROR when a byte of the header was changed, the context is another, or the key unknown */
export function openFileKey(keyring: Keyring, context: FileContext, header: Uint8Array): FileKey {
  const { fixed, segmentBytes, salt, noncePrefix, dataKey } = parseHeader(header);
  const binding = bind(fixed, context);
  return {
    segmentKey: deriveSegmentKey(unwrapDataKey(keyring, dataKey, binding), salt, binding),
    noncePrefix,
    segmentBytes,
  };
}

/**
 * The header with its data key wrapped under the current master key; the same bytes when it is already. The segments
 * open with the old and with the new header alike, so readers need not wait for a rotation.
 * @throws AppError INTEGRITY_ERROR as {@link openFileKey}
 */
export function rewrapHeader(keyring: Keyring, context: FileContext, header: Uint8Array): Buffer {
  const { fixed, dataKey: wrapped } = parseHeader(header);
  const binding = bind(fixed, context);
  const dataKey = unwrapDataKey(keyring, wrapped, binding);
  return wrapped.keyId === keyring.current.id
    ? Buffer.from(header)
    : encodeHeader(fixed, wrapDataKey(keyring, dataKey, binding));
}

/** The id of the master key that a header names, not authenticated. @throws AppError INTEGRITY_ERROR for no header */
export function headerKeyId(header: Uint8Array): string {
  return parseHeader(header).dataKey.keyId;
}

/** Whatever the keys of an object depend on beside themselves: what it is, whose, and how it is cut. */
function bind(fixedHeader: Uint8Array, context: FileContext): Buffer {
  return encodeFields(fixedHeader, encodeFileContext(context));
}

function deriveSegmentKey(dataKey: KeyObject, salt: Uint8Array, binding: Uint8Array): KeyObject {
  // Hashed first, because Node takes at most 1,024 bytes of info.
  const info = encodeFields('omnirag/segments/v1', createHash('sha256').update(binding).digest());
  return createSecretKey(Buffer.from(hkdfSync('sha256', dataKey, salt, info, KEY_BYTES)));
}
