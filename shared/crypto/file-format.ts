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
