import { Readable } from 'node:stream';
import { decryptStream, encryptStream } from '#shared/crypto/file-cipher.ts';
import type { FileContext } from '#shared/crypto/file-key.ts';
import { decryptRange } from '#shared/crypto/file-range.ts';
import type { Keyring } from '#shared/crypto/keyring.ts';
import type { FileRow } from '#shared/db/schema.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { ObjectStorage } from '#shared/ports/object-storage.ts';

/** A bucket full of these says nothing about the files in it. */
const STORED_TYPE = 'application/octet-stream';

export type StoredFile = Pick<FileRow, 'id' | 'user_id' | 'size' | 'content_generation' | 'content_key'>;

/** The bytes of files, encrypted before they reach the storage bucket and bound to their owner, file and generation. */
export interface ContentStore {
  write(
    file: Pick<FileRow, 'id' | 'user_id'>,
    generation: number,
    key: string,
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<void>;
  /** @returns undefined when the object is missing. @throws AppError INTEGRITY_ERROR, also from the stream */
  read(file: StoredFile): Promise<Readable | undefined>;
  /** Inclusive offsets in the plain bytes; only the segments that hold them are read. @throws as read */
  readRange(file: StoredFile, range: { start: number; end: number }): Promise<Readable | undefined>;
  delete(key: string): Promise<void>;
}

export function createContentStore(storage: ObjectStorage, keyring: Keyring): ContentStore {
  return {
    write: (file, generation, key, bytes) =>
      storage.write(
        'storage',
        key,
        Readable.from(encryptStream(keyring, contentContext(file, generation), bytes)),
        STORED_TYPE,
      ),

    async read(file) {
      const { key, context } = locate(file);
      const object = await storage.read('storage', key);
      return object && Readable.from(await beginStream(decryptStream(keyring, context, object.body)));
    },

    async readRange(file, range) {
      const { key, context } = locate(file);
      if (!(await storage.head('storage', key))) return undefined;
      const readObject = async (start: number, end: number): Promise<AsyncIterable<Uint8Array>> => {
        const object = await storage.read('storage', key, { range: { start, end } });
        if (!object) throw new AppError('NOT_FOUND');
        return object.body;
      };
      return Readable.from(await decryptRange(keyring, context, readObject, { plainSize: file.size, ...range }));
    },

    delete: (key) => storage.delete('storage', key),
  };
}

/** What the bytes of a file are encrypted for. */
export function contentContext(file: Pick<FileRow, 'id' | 'user_id'>, generation: number): FileContext {
  return { ownerId: file.user_id, fileId: file.id, generation, purpose: 'content' };
}

function locate(file: StoredFile): { key: string; context: FileContext } {
  if (file.content_key === null || file.content_generation === null) {
    throw new Error(`No content is stored for file ${file.id}`);
  }
  return { key: file.content_key, context: contentContext(file, file.content_generation) };
}

/**
 * Waits for the first piece of a stream before anything is answered, so that an error in it can still become a proper
 * answer. The stream returned gives everything, the first piece included; leaving it early ends the source.
 * @throws what the source throws before its first piece
 */
export async function beginStream<T>(source: AsyncIterable<T>): Promise<AsyncIterableIterator<T>> {
  const iterator = source[Symbol.asyncIterator]();
  let first: IteratorResult<T> | undefined = await iterator.next();
  // Not a generator: one that nobody began to read would not pass the end on to its source.
  const stream: AsyncIterableIterator<T> = {
    [Symbol.asyncIterator]: () => stream,
    async next() {
      const result = first ?? (await iterator.next());
      first = undefined;
      return result;
    },
    async return() {
      first = undefined;
      await iterator.return?.();
      return { done: true, value: undefined };
    },
  };
  return stream;
}
