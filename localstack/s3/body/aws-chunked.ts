import type { Readable } from 'node:stream';
import { AwsError } from '#localstack/aws/aws-error.ts';
import { hmacHex, sha256Hex, type VerifiedSignature } from '#localstack/aws/signature.ts';
import { sameText } from '#shared/crypto/same-text.ts';

const EMPTY_HASH = sha256Hex('');
const MAX_LINE_BYTES = 16 * 1024;
/** SDKs send chunks of 64 KiB or 1 MiB; a signed chunk has to be held until its signature is checked. */
const MAX_CHUNK_BYTES = 16 * 1024 * 1024;

/**
 * Takes the `aws-chunked` framing off a body, checks the signature of each chunk where chunks are signed, and collects
 * the trailing headers.
 *
 * @throws AwsError SignatureDoesNotMatch for a forged chunk, IncompleteBody for a broken frame
 */
export async function* decodeAwsChunked(
  stream: Readable,
  seed: VerifiedSignature,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  const signed = seed.payloadHash.startsWith('STREAMING-AWS4-HMAC-SHA256-PAYLOAD');
  const reader = new ByteReader(stream);
  let previous = seed.signature;
  for (;;) {
    const frame = await reader.line();
    const match = /^([0-9a-fA-F]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(frame);
    const size = Number.parseInt(match?.[1] ?? '', 16);
    if (match === null || size > MAX_CHUNK_BYTES)
      throw broken(`the chunk header ${JSON.stringify(frame)} is not valid`);
    const chunk = await reader.bytes(size);
    if (signed) {
      const text = [
        'AWS4-HMAC-SHA256-PAYLOAD',
        seed.timestamp,
        seed.scope,
        previous,
        EMPTY_HASH,
        sha256Hex(chunk),
      ].join('\n');
      const expected = await hmacHex(seed.signingKey, text);
      if (!sameText(expected, match[2] ?? '')) {
        throw new AwsError(403, 'SignatureDoesNotMatch', 'The signature of a chunk does not match its bytes.');
      }
      previous = expected;
    }
    if (size === 0) break;
    yield chunk;
    if ((await reader.line()) !== '') throw broken('a chunk is longer than its header says');
  }
  await readTrailers(reader, seed, signed, previous, trailers);
}

async function readTrailers(
  reader: ByteReader,
  seed: VerifiedSignature,
  signed: boolean,
  previous: string,
  trailers: Map<string, string>,
): Promise<void> {
  let canonical = '';
  for (;;) {
    const line = await reader.lineOrEnd();
    if (line === undefined || line === '') break;
    const [name = '', value = ''] = line.split(/:(.*)/s, 2);
    if (name.toLowerCase() === 'x-amz-trailer-signature') {
      const text = ['AWS4-HMAC-SHA256-TRAILER', seed.timestamp, seed.scope, previous, sha256Hex(canonical)].join('\n');
      if (sameText(await hmacHex(seed.signingKey, text), value.trim())) return;
      throw new AwsError(403, 'SignatureDoesNotMatch', 'The signature of the trailing headers does not match.');
    }
    trailers.set(name.toLowerCase(), value.trim());
    canonical += `${name.toLowerCase()}:${value.trim()}\n`;
  }
  if (signed && trailers.size > 0) {
    throw new AwsError(403, 'SignatureDoesNotMatch', 'The trailing headers are not signed.');
  }
}

class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(stream: Readable) {
    this.#source = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  }

  async #more(): Promise<boolean> {
    const next = await this.#source.next();
    if (next.done === true) return false;
    this.#held = this.#held.length === 0 ? next.value : Buffer.concat([this.#held, next.value]);
    return true;
  }

  async lineOrEnd(): Promise<string | undefined> {
    for (;;) {
      const end = this.#held.indexOf('\r\n');
      if (end !== -1) {
        const line = this.#held.subarray(0, end).toString('latin1');
        this.#held = this.#held.subarray(end + 2);
        return line;
      }
      if (this.#held.length > MAX_LINE_BYTES) throw broken('a chunk header does not end');
      if (!(await this.#more())) return undefined;
    }
  }

  async line(): Promise<string> {
    const line = await this.lineOrEnd();
    if (line === undefined) throw broken('the body ends inside a chunk');
    return line;
  }

  async bytes(count: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    let missing = count;
    for (;;) {
      const taken = this.#held.subarray(0, missing);
      this.#held = this.#held.subarray(taken.length);
      parts.push(taken);
      missing -= taken.length;
      if (missing === 0) return Buffer.concat(parts);
      if (!(await this.#more())) throw broken('the body ends inside a chunk');
    }
  }
}

function broken(what: string): AwsError {
  return new AwsError(400, 'IncompleteBody', `The chunked body is broken: ${what}.`);
}
