import { randomInt } from 'node:crypto';
import { AppError } from '#shared/errors/app-error.ts';
import type { ReadObject } from '../file-range.ts';

/** A source of pieces of the given length, one of them per turn. */
export async function* inPieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += length) yield bytes.subarray(start, start + length);
}

/** A source of pieces of random lengths up to `longest`, empty ones among them. */
export async function* inRandomPieces(bytes: Uint8Array, longest: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; ) {
    const length = randomInt(0, longest + 1);
    yield bytes.subarray(start, start + length);
    start += length;
  }
}

export async function allOf<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const each of source) all.push(each);
  return all;
}

export async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await allOf(source));
}

/** Reads as a bucket does: the end is cut to the object's, and past it there is nothing. */
export function readerOf(object: Uint8Array, pieceLength = 700): ReadObject {
  return async (start, end) => inPieces(object.subarray(start, end + 1), pieceLength);
}

export interface Outcome {
  emitted: Buffer;
  /** `CLEAN` when the stream ended, else the code of the error, else the error itself. */
  end: unknown;
}

/** Consumes a stream to its end or its error and tells both. */
export async function outcomeOf(open: () => Promise<AsyncIterable<Uint8Array>>): Promise<Outcome> {
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of await open()) pieces.push(piece);
    return { emitted: Buffer.concat(pieces), end: 'CLEAN' };
  } catch (error) {
    return { emitted: Buffer.concat(pieces), end: error instanceof AppError ? error.code : error };
  }
}
