import { createHash } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { createScope, getCanonicalQuery, getSigningKey } from '@smithy/signature-v4';
import { sameText } from '#shared/crypto/same-text.ts';
import { AwsError } from './aws-error.ts';
import { parseAuthorization, type SignatureClaim } from './signature-claim.ts';
import type { WireRequest } from './wire-request.ts';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  /** Of keys that AWS gave for a while; never of our own stand-ins. */
  sessionToken?: string;
}

export interface VerifiedSignature {
  /** What was signed about the body: a hex SHA-256, `UNSIGNED-PAYLOAD` or one of the `STREAMING-…` markers. */
  payloadHash: string;
  /** The seed for the signatures of the chunks of a streamed body. */
  signature: string;
  timestamp: string;
  scope: string;
  signingKey: Uint8Array;
}

export interface VerifyOptions {
  credentials: Credentials;
  region: string;
  service: 's3' | 'sqs';
  now: Date;
  /** Hex SHA-256 of the body that arrived, where it is at hand before the check; counts, whatever a header says. */
  bodyHash?: string;
}

const MAX_CLOCK_SKEW_MS = 15 * 60_000;

/**
 * Checks AWS Signature Version 4, in the Authorization header or in a presigned query. Every `x-amz-…` header that is
 * present has to be signed, as AWS demands, so that nothing can be added to a presigned URL.
 *
 * @throws AwsError AccessDenied, InvalidAccessKeyId, RequestTimeTooSkewed, SignatureDoesNotMatch
 */
export async function verifySignature(request: WireRequest, options: VerifyOptions): Promise<VerifiedSignature> {
  const claim = parseAuthorization(request);
  if (claim.accessKeyId !== options.credentials.accessKeyId) {
    throw new AwsError(403, 'InvalidAccessKeyId', 'The access key id is unknown.');
  }
  checkScope(claim, options);
  checkTime(claim, options.now);
  checkSignedHeaders(request, claim);

  const payloadHash = options.bodyHash ?? claim.payloadHash ?? unsignedPayload(claim);
  const canonicalRequest = [
    request.method,
    canonicalPath(request.path),
    getCanonicalQuery({
      method: request.method,
      protocol: 'http:',
      hostname: '',
      path: request.path,
      headers: {},
      query: queryRecord(request.query),
    }),
    ...claim.signedHeaders.map((name) => `${name}:${canonicalValue(request.headers.get(name) ?? [])}`),
    '',
    claim.signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
  const scope = createScope(claim.date, options.region, options.service);
  const stringToSign = ['AWS4-HMAC-SHA256', claim.timestamp, scope, sha256Hex(canonicalRequest)].join('\n');
  const signingKey = await getSigningKey(Sha256, options.credentials, claim.date, options.region, options.service);
  const expected = await hmacHex(signingKey, stringToSign);
  if (!sameText(expected, claim.signature)) {
    throw new AwsError(403, 'SignatureDoesNotMatch', 'The signature does not match the request that arrived.');
  }
  return { payloadHash, signature: claim.signature, timestamp: claim.timestamp, scope, signingKey };
}

/** A presigned URL says nothing about the body; a header that is missing means an incomplete request. */
function unsignedPayload(claim: SignatureClaim): string {
  if (claim.expiresSeconds !== undefined) return 'UNSIGNED-PAYLOAD';
  throw new AwsError(400, 'InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
}

function checkScope(claim: SignatureClaim, options: VerifyOptions): void {
  if (!claim.timestamp.startsWith(claim.date)) {
    throw new AwsError(
      403,
      'SignatureDoesNotMatch',
      'The date of the credential differs from the date of the request.',
    );
  }
  if (claim.region === options.region && claim.service === options.service) return;
  throw new AwsError(
    403,
    'SignatureDoesNotMatch',
    `The signature is for ${claim.service} in ${claim.region}; this is ${options.service} in ${options.region}.`,
  );
}

function checkTime(claim: SignatureClaim, now: Date): void {
  const age = now.getTime() - claim.signedAt.getTime();
  if (claim.expiresSeconds === undefined) {
    if (Math.abs(age) <= MAX_CLOCK_SKEW_MS) return;
    throw new AwsError(403, 'RequestTimeTooSkewed', 'The clocks of client and server differ by more than 15 minutes.');
  }
  if (age < -MAX_CLOCK_SKEW_MS) throw new AwsError(403, 'AccessDenied', 'Request is not yet valid');
  if (age > claim.expiresSeconds * 1000) throw new AwsError(403, 'AccessDenied', 'Request has expired');
}

function checkSignedHeaders(request: WireRequest, claim: SignatureClaim): void {
  const signed = new Set(claim.signedHeaders);
  const missing = [...request.headers.keys()].filter((name) => name.startsWith('x-amz-') && !signed.has(name));
  if (!signed.has('host')) missing.push('host');
  if (missing.length === 0) return;
  throw new AwsError(403, 'AccessDenied', `These headers are present but not signed: ${missing.join(', ')}`);
}

/** AWS signs the path as it would encode it, however the client happened to write it. @throws AwsError InvalidURI */
function canonicalPath(path: string): string {
  try {
    return path
      .split('/')
      .map((segment) => encodeRfc3986(decodeURIComponent(segment)))
      .join('/');
  } catch (cause) {
    throw new AwsError(400, 'InvalidURI', `The path cannot be decoded (${String(cause)}).`);
  }
}

function encodeRfc3986(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function queryRecord(query: URLSearchParams): Record<string, string[]> {
  const record: Record<string, string[]> = {};
  for (const name of new Set(query.keys())) record[name] = query.getAll(name);
  return record;
}

function canonicalValue(values: readonly string[]): string {
  return values.map((value) => value.trim().replace(/\s+/g, ' ')).join(',');
}

export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

export async function hmacHex(key: Uint8Array, text: string): Promise<string> {
  const hmac = new Sha256(key);
  hmac.update(text);
  return Buffer.from(await hmac.digest()).toString('hex');
}
