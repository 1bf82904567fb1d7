import { createHash, type Hash } from 'node:crypto';
import { Readable, Transform } from 'node:stream';
import { crc32 } from 'node:zlib';
import { AwsError } from '#localstack/aws/aws-error.ts';
import type { VerifiedSignature } from '#localstack/aws/signature.ts';
import { sameText } from '#shared/crypto/same-text.ts';
import type { BlobStore } from '../store/blobs.ts';
import type { Blob } from '../store/catalog.ts';
import { decodeAwsChunked } from './aws-chunked.ts';

export interface ReceivedBody {
  blob: Blob;
  md5: Buffer;
}

type Header = (name: string) => string | undefined;

/**
 * Streams a request's body into a blob, in flat memory, and keeps it only if its length, its SHA-256, its Content-MD5
 * and its checksums are those that were declared or signed.
 *
 * @throws AwsError XAmzContentSHA256Mismatch, BadDigest, IncompleteBody, SignatureDoesNotMatch
 */
export async function receiveBody(
  stream: Readable,
  header: Header,
  signature: VerifiedSignature,
  blobs: BlobStore,
): Promise<ReceivedBody> {
  const trailers = new Map<string, string>();
  const streaming = signature.payloadHash.startsWith('STREAMING-');
  const body = streaming ? Readable.from(decodeAwsChunked(stream, signature, trailers)) : stream;
  const checksums = new Map(CHECKSUMS.map(([name, make]) => [name, make()]));
  const measured = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      for (const [name, checksum] of checksums) {
        if (header(name) !== undefined || header('x-amz-trailer')?.toLowerCase() === name) checksum.update(chunk);
      }
      done(null, chunk);
    },
  });
  // An error of the source has to reach the writer, which takes its file away.
  stream.on('error', (error) => body.destroy(error));
  body.on('error', (error) => measured.destroy(error));
  const written = await blobs.write(body.pipe(measured)).catch((error: unknown) => {
    throw error instanceof AwsError
      ? error
      : new AwsError(
          400,
          'IncompleteBody',
          `The connection was closed before the whole body arrived (${String(error)}).`,
        );
  });
  const refuse = async (code: string, message: string): Promise<never> => {
    await blobs.remove([written.blob]);
    throw new AwsError(400, code, message);
  };

  const length = header(streaming ? 'x-amz-decoded-content-length' : 'content-length');
  if (length !== undefined && Number(length) !== written.blob.size) {
    await refuse('IncompleteBody', 'The length of the body does not match the declared one.');
  }
  if (/^[0-9a-f]{64}$/.test(signature.payloadHash)) {
    if (!sameText(signature.payloadHash, written.sha256.toString('hex'))) {
      await refuse('XAmzContentSHA256Mismatch', 'The body has another SHA-256 than the signed one.');
    }
  }
  const contentMd5 = header('content-md5');
  if (contentMd5 !== undefined && contentMd5 !== written.md5.toString('base64')) {
    await refuse('BadDigest', 'The body has another MD5 than declared.');
  }
  for (const [name, checksum] of checksums) {
    const declared = header(name) ?? trailers.get(name);
    if (declared !== undefined && declared !== checksum.digest()) {
      await refuse('BadDigest', `The body has another checksum than ${name} says.`);
    }
  }
  return { blob: written.blob, md5: written.md5 };
}

interface Checksum {
  update(chunk: Buffer): void;
  /** Base64. */
  digest(): string;
}

/** The checksums that Node can compute; CRC32C and CRC64NVME are taken as they come. */
const CHECKSUMS: Array<[string, () => Checksum]> = [
  ['x-amz-checksum-crc32', crc32Checksum],
  ['x-amz-checksum-sha1', () => hashChecksum(createHash('sha1'))],
  ['x-amz-checksum-sha256', () => hashChecksum(createHash('sha256'))],
];

function crc32Checksum(): Checksum {
  let value = 0;
  return {
    update(chunk) {
      value = crc32(chunk, value);
    },
    digest() {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes.toString('base64');
    },
  };
}

function hashChecksum(hash: Hash): Checksum {
  return { update: (chunk) => void hash.update(chunk), digest: () => hash.digest('base64') };
}
