import { AwsError } from './aws-error.ts';
import type { WireRequest } from './wire-request.ts';

/** What a request says about its own signature; nothing of it is proven yet. */
export interface SignatureClaim {
  accessKeyId: string;
  /** `YYYYMMDD` */
  date: string;
  region: string;
  service: string;
  /** `YYYYMMDDTHHMMSSZ` */
  timestamp: string;
  signedAt: Date;
  /** Lower case, in the order of the claim. */
  signedHeaders: string[];
  signature: string;
  payloadHash: string | undefined;
  /** Only of a presigned URL. */
  expiresSeconds: number | undefined;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const MAX_PRESIGNED_SECONDS = 7 * 86_400;

/** @throws AwsError AccessDenied when the request is not signed, or not in a form that can be read */
export function parseAuthorization(request: WireRequest): SignatureClaim {
  const header = request.headers.get('authorization')?.[0];
  const presigned = request.query.has('X-Amz-Signature') || request.query.has('X-Amz-Algorithm');
  if (header !== undefined && presigned) {
    throw new AwsError(400, 'InvalidArgument', 'Only one way of signing is allowed: the header or the query.');
  }
  if (presigned) return fromQuery(request.query);
  if (header !== undefined) return fromHeader(header, request);
  throw new AwsError(403, 'AccessDenied', 'The request is not signed.');
}

function fromQuery(query: URLSearchParams): SignatureClaim {
  if (query.get('X-Amz-Algorithm') !== ALGORITHM) throw malformed('X-Amz-Algorithm');
  const expires = query.get('X-Amz-Expires') ?? '';
  const expiresSeconds = Number(expires);
  if (!/^\d{1,6}$/.test(expires) || expiresSeconds > MAX_PRESIGNED_SECONDS) throw malformed('X-Amz-Expires');
  return {
    ...parseCredential(query.get('X-Amz-Credential') ?? ''),
    ...parseTimestamp(query.get('X-Amz-Date') ?? ''),
    signedHeaders: parseSignedHeaders(query.get('X-Amz-SignedHeaders') ?? ''),
    signature: query.get('X-Amz-Signature') ?? '',
    payloadHash: query.get('X-Amz-Content-Sha256') ?? undefined,
    expiresSeconds,
  };
}

function fromHeader(header: string, request: WireRequest): SignatureClaim {
  const match = /^AWS4-HMAC-SHA256\s+(.*)$/.exec(header);
  if (match === null) throw malformed('Authorization');
  const fields = new Map(
    (match[1] ?? '').split(',').map((field): [string, string] => {
      const [name = '', value = ''] = field.trim().split(/=(.*)/s, 2);
      return [name, value];
    }),
  );
  return {
    ...parseCredential(fields.get('Credential') ?? ''),
    ...parseTimestamp(request.headers.get('x-amz-date')?.[0] ?? ''),
    signedHeaders: parseSignedHeaders(fields.get('SignedHeaders') ?? ''),
    signature: fields.get('Signature') ?? '',
    payloadHash: request.headers.get('x-amz-content-sha256')?.[0],
    expiresSeconds: undefined,
  };
}

function parseCredential(credential: string): Pick<SignatureClaim, 'accessKeyId' | 'date' | 'region' | 'service'> {
  const match = /^(.+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request$/.exec(credential);
  if (match === null) throw malformed('Credential');
  const [, accessKeyId = '', date = '', region = '', service = ''] = match;
  return { accessKeyId, date, region, service };
}

function parseTimestamp(timestamp: string): Pick<SignatureClaim, 'timestamp' | 'signedAt'> {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(timestamp);
  const signedAt = new Date(timestamp.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (match === null || Number.isNaN(signedAt.getTime())) throw malformed('X-Amz-Date');
  return { timestamp, signedAt };
}

function parseSignedHeaders(text: string): string[] {
  const names = text.split(';').filter((name) => name !== '');
  if (names.length === 0) throw malformed('SignedHeaders');
  return names.map((name) => name.toLowerCase());
}

function malformed(what: string): AwsError {
  return new AwsError(403, 'AccessDenied', `The signature cannot be read: ${what} is missing or malformed.`);
}
