import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { decryptStream, encryptStream } from '#shared/crypto/file-cipher.ts';
import type { FileContext } from '#shared/crypto/file-key.ts';
import type { Keyring } from '#shared/crypto/keyring.ts';
import { storageKey } from '#shared/domain/object-keys.ts';
import type { ObjectStorage } from '#shared/ports/object-storage.ts';

const STORED_TYPE = 'application/octet-stream';

export interface PreviewPlace {
  userId: string;
  fileId: string;
  generation: number;
  page: number;
}

/** Small copies of pages that are pictures: encrypted like the files themselves, bound to their page, deleted with them. */
export interface PreviewStore {
  /** Each attempt writes an object of its own. @param key as {@link previewKey} makes them @returns its key */
  write(place: PreviewPlace, bytes: Uint8Array, key?: string): Promise<string>;
  /** @returns undefined when the object is missing. @throws AppError INTEGRITY_ERROR */
  read(place: PreviewPlace, key: string): Promise<Buffer | undefined>;
  delete(key: string): Promise<void>;
}

/** A place for the small copy of a page; each attempt has one of its own. */
export function previewKey({ userId, fileId, generation }: Omit<PreviewPlace, 'page'>): string {
  return storageKey(userId, fileId, generation, randomUUID());
}

export function createPreviewStore(storage: ObjectStorage, keyring: Keyring): PreviewStore {
  return {
    async write(place, bytes, key = previewKey(place)) {
      const body = Readable.from(encryptStream(keyring, previewContext(place), Readable.from([bytes])));
      await storage.write('storage', key, body, STORED_TYPE);
      return key;
    },
    async read(place, key) {
      const object = await storage.read('storage', key);
      return object && buffer(decryptStream(keyring, previewContext(place), object.body));
    },
    delete: (key) => storage.delete('storage', key),
  };
}

/** What the small copy of a page is encrypted for. */
export function previewContext({ userId, fileId, generation, page }: PreviewPlace): FileContext {
  return { ownerId: userId, fileId, generation, purpose: `preview/${page}` };
}
