import { IV_BYTES, integrityError, KEY_BYTES, TAG_BYTES } from './aead.ts';
import { KEY_ID_MAX_LENGTH, type WrappedDataKey } from './keyring.ts';

/**
 * The encrypted object: one header, then the segments without gaps.
 *
 *     offset  bytes  header, format 1
 *          0      8  "OMNIRAGF"
 *          8      1  format version
 *          9      4  plaintext bytes in a full segment, big endian
 *         13     32  salt of the segments' key
 *         45      7  nonce prefix
 *         52      1  length of the master key's id
 *         53     32  the master key's id, filled with zeros
 *         85     12  iv of the wrapped data key
 *         97     32  wrapped data key
 *        129     16  its tag
 *
 * A segment is its ciphertext and a tag of 16 bytes. All but the last hold a full segment; the last holds at least one
 * byte, except that of an empty file, which has one empty segment. Its nonce is prefix ‖ number (4 bytes, big endian) ‖ 1
 * for the last segment and 0 for every other.
 */
export const MAGIC = Buffer.from('OMNIRAGF', 'latin1');
export const FORMAT_VERSION = 1;
export const SALT_BYTES = 32;
export const NONCE_PREFIX_BYTES = 7;
/** The part of the header that a rotation leaves as it is. */
export const FIXED_HEADER_BYTES = 52;
export const HEADER_BYTES = 145;

/**
 * Plaintext bytes in a segment of a new file. A power of two from 1 MiB up is needed for a range of 1 MB to touch at most
 * two segments and the last; above it, small ranges read more for nothing and each stream holds more, at the same speed.
 */
export const SEGMENT_BYTES = 1024 ** 2;
export const SEGMENT_BYTES_MIN = 1024;
export const SEGMENT_BYTES_MAX = 16 * 1024 ** 2;
/** The counter in the nonce has 32 bits. */
export const SEGMENTS_MAX = 2 ** 32;

const SEGMENT_BYTES_AT = MAGIC.length + 1;
const SALT_AT = SEGMENT_BYTES_AT + 4;
const NONCE_PREFIX_AT = SALT_AT + SALT_BYTES;
const KEY_ID_AT = FIXED_HEADER_BYTES + 1;
const WRAP_IV_AT = KEY_ID_AT + KEY_ID_MAX_LENGTH;
const WRAPPED_KEY_AT = WRAP_IV_AT + IV_BYTES;
const WRAP_TAG_AT = WRAPPED_KEY_AT + KEY_BYTES;

/** The header's fields, none of them authenticated yet. */
interface FileHeader {
  /** Everything that a rotation leaves as it is, as bytes. */
  fixed: Buffer;
  segmentBytes: number;
  salt: Buffer;
  noncePrefix: Buffer;
  dataKey: WrappedDataKey;
}

/** @throws RangeError for a segment size outside its bounds */
export function encodeFixedHeader(segmentBytes: number, salt: Uint8Array, noncePrefix: Uint8Array): Buffer {
  if (!isSegmentSize(segmentBytes)) throw new RangeError(`Segments of ${segmentBytes} bytes are not supported.`);
  const fixed = Buffer.alloc(FIXED_HEADER_BYTES);
  fixed.set(MAGIC, 0);
  fixed.writeUInt8(FORMAT_VERSION, MAGIC.length);
  fixed.writeUInt32BE(segmentBytes, SEGMENT_BYTES_AT);
  fixed.set(salt, SALT_AT);
  fixed.set(noncePrefix, NONCE_PREFIX_AT);
  return fixed;
}

export function encodeHeader(fixed: Uint8Array, dataKey: WrappedDataKey): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.set(fixed, 0);
  header.writeUInt8(dataKey.keyId.length, FIXED_HEADER_BYTES);
  header.write(dataKey.keyId, KEY_ID_AT, 'latin1');
  header.set(dataKey.iv, WRAP_IV_AT);
  header.set(dataKey.ciphertext, WRAPPED_KEY_AT);
  header.set(dataKey.tag, WRAP_TAG_AT);
  return header;
}

/** @throws AppError INTEGRITY_ERROR when the bytes are no header of a format this code knows */
export function parseHeader(bytes: Uint8Array): FileHeader {
  if (bytes.length !== HEADER_BYTES) throw integrityError(`The header has ${bytes.length} bytes.`);
  const header = Buffer.from(bytes);
  if (!header.subarray(0, MAGIC.length).equals(MAGIC)) throw integrityError('The object is not an encrypted file.');
  if (header[MAGIC.length] !== FORMAT_VERSION) throw integrityError('The format version is unknown.');
  const segmentBytes = header.readUInt32BE(SEGMENT_BYTES_AT);
  if (!isSegmentSize(segmentBytes)) throw integrityError('The segment size is out of bounds.');
  return {
    fixed: header.subarray(0, FIXED_HEADER_BYTES),
    segmentBytes,
    salt: header.subarray(SALT_AT, NONCE_PREFIX_AT),
    noncePrefix: header.subarray(NONCE_PREFIX_AT, NONCE_PREFIX_AT + NONCE_PREFIX_BYTES),
    dataKey: {
      keyId: readKeyId(header),
      iv: header.subarray(WRAP_IV_AT, WRAPPED_KEY_AT),
      ciphertext: header.subarray(WRAPPED_KEY_AT, WRAP_TAG_AT),
      tag: header.subarray(WRAP_TAG_AT, WRAP_TAG_AT + TAG_BYTES),
    },
  };
}

function readKeyId(header: Buffer): string {
  const slot = header.subarray(KEY_ID_AT, WRAP_IV_AT);
  const length = header.readUInt8(FIXED_HEADER_BYTES);
  // The filling is not bound to the wrapped key, so it must be what was written.
  if (length === 0 || length > slot.length || slot.subarray(length).some((byte) => byte !== 0)) {
    throw integrityError("The master key's id is not one.");
  }
  return slot.toString('latin1', 0, length);
}

function isSegmentSize(bytes: number): boolean {
  return Number.isInteger(bytes) && bytes >= SEGMENT_BYTES_MIN && bytes <= SEGMENT_BYTES_MAX;
}
