import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { rewrapStream } from '#shared/crypto/file-cipher.ts';
import { HEADER_BYTES } from '#shared/crypto/file-format.ts';
import { headerKeyId } from '#shared/crypto/file-key.ts';
import type { Keyring } from '#shared/crypto/keyring.ts';
import type { ObjectStorage } from '#shared/ports/object-storage.ts';
import type { StoredObject } from './stored-objects.ts';

const STORED_TYPE = 'application/octet-stream';

export type RewrapOutcome = 'current' | 'rewrapped' | 'gone';

/**
 * Puts the same object in its place, with its data key under the current master key. It is replaced as a whole, and only
 * while it is the object that was read: what was deleted meanwhile does not come back. Readers that began before read on.
 * @throws AppError INTEGRITY_ERROR when it is not what was written, and then it stays as it is
 */
export async function rewrapObject(
  storage: ObjectStorage,
  keyring: Keyring,
  { key, context }: StoredObject,
): Promise<RewrapOutcome> {
  const head = await storage.read('storage', key, { range: { start: 0, end: HEADER_BYTES - 1 } });
  if (!head) return 'gone';
  if (headerKeyId(await buffer(head.body)) === keyring.current.id) return 'current';
  const { etag } = head.info;
  const object = await storage.read('storage', key, { ifMatch: etag });
  if (!object) return 'gone';
  const rewrapped = Readable.from(rewrapStream(keyring, context, object.body));
  const replaced = await storage.replace('storage', key, rewrapped, STORED_TYPE, { ifMatch: etag });
  return replaced ? 'rewrapped' : 'gone';
}
