import type { Readable } from 'node:stream';
import { AwsError } from '#localstack/aws/aws-error.ts';
import { sha256Hex, type VerifiedSignature } from '#localstack/aws/signature.ts';
import { sameText } from '#shared/crypto/same-text.ts';

/** 10,000 parts with their ETags and checksums are about 1.5 MB of XML. */
const MAX_BYTES = 4 * 1024 * 1024;

/** A small body as text. @throws AwsError MaxMessageLengthExceeded, XAmzContentSHA256Mismatch */
export async function receiveText(stream: Readable, signature: VerifiedSignature): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new AwsError(400, 'MaxMessageLengthExceeded', 'Your request was too big.');
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  const signedHash = /^[0-9a-f]{64}$/.test(signature.payloadHash) ? signature.payloadHash : undefined;
  if (signedHash !== undefined && !sameText(signedHash, sha256Hex(body))) {
    throw new AwsError(400, 'XAmzContentSHA256Mismatch', 'The body has another SHA-256 than the signed one.');
  }
  return body.toString('utf8');
}
