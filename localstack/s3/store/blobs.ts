import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Blob } from './catalog.ts';

export interface WrittenBlob {
  blob: Blob;
  md5: Buffer;
  sha256: Buffer;
}

/** The bytes of the objects: one file a blob, never changed once it is written. */
export interface BlobStore {
  /** Streams a body to the disk, hashing it on the way. What fails half-way leaves nothing. */
  write(body: Readable): Promise<WrittenBlob>;
  /** The bytes from `start` up to and including `end`, across blobs. A delete meanwhile doesn't cut it. */
  read(blobs: readonly Blob[], start: number, end: number): Readable;
  remove(blobs: readonly Blob[]): Promise<void>;
  /** Removes what a kill left behind. */
  removeUnused(used: ReadonlySet<string>): Promise<void>;
}

const CHUNK_BYTES = 256 * 1024;

export async function openBlobStore(dir: string): Promise<BlobStore> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const pathOf = (id: string): string => join(dir, id);
  const readers = new Map<string, number>();
  const removedWhileRead = new Set<string>();
  const release = async (id: string): Promise<void> => {
    const left = (readers.get(id) ?? 1) - 1;
    if (left > 0) {
      readers.set(id, left);
      return;
    }
    readers.delete(id);
    if (removedWhileRead.delete(id)) await rm(pathOf(id), { force: true });
  };
  return {
    async write(body) {
      const id = randomUUID();
      const hashes = { md5: createHash('md5'), sha256: createHash('sha256') };
      let size = 0;
      const measure = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          size += chunk.length;
          hashes.md5.update(chunk);
          hashes.sha256.update(chunk);
          done(null, chunk);
        },
      });
      try {
        // `flush` reaches the disk before the answer reaches the client, so an accepted upload outlives a power cut.
        await pipeline(body, measure, createWriteStream(pathOf(id), { mode: 0o600, flush: true }));
      } catch (error) {
        await rm(pathOf(id), { force: true });
        throw error;
      }
      return { blob: { id, size }, md5: hashes.md5.digest(), sha256: hashes.sha256.digest() };
    },
    read(blobs, start, end) {
      const spans = spansOf(blobs, start, end);
      for (const { id } of spans) readers.set(id, (readers.get(id) ?? 0) + 1);
      const stream = Readable.from(readSpans(spans, pathOf), { objectMode: false });
      stream.once('close', () => {
        for (const { id } of spans) release(id).catch((error: unknown) => stream.emit('error', error));
      });
      return stream;
    },
    async remove(blobs) {
      for (const { id } of blobs) {
        if (readers.has(id)) removedWhileRead.add(id);
        else await rm(pathOf(id), { force: true });
      }
    },
    async removeUnused(used) {
      for (const id of await readdir(dir)) if (!used.has(id)) await rm(pathOf(id), { force: true });
    },
  };
}

interface Span {
  id: string;
  start: number;
  length: number;
}

function spansOf(blobs: readonly Blob[], start: number, end: number): Span[] {
  const spans: Span[] = [];
  let offset = 0;
  for (const blob of blobs) {
    const from = Math.max(start - offset, 0);
    const to = Math.min(end - offset + 1, blob.size);
    if (to > from) spans.push({ id: blob.id, start: from, length: to - from });
    offset += blob.size;
  }
  return spans;
}

/** One file open at a time: an object in a thousand parts must not take a thousand descriptors. */
async function* readSpans(spans: readonly Span[], pathOf: (id: string) => string): AsyncGenerator<Buffer> {
  for (const span of spans) {
    const file = await open(pathOf(span.id), 'r');
    try {
      for (let done = 0; done < span.length; ) {
        const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, span.length - done));
        const { bytesRead } = await file.read(buffer, 0, buffer.length, span.start + done);
        if (bytesRead === 0) throw new Error(`the blob ${span.id} is shorter than recorded`);
        done += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  }
}
