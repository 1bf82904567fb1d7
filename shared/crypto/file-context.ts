import { encodeFields } from './encode-fields.ts';

/**
 * What an encrypted object is and whose. It is bound to the bytes, not stored in them: an object opens only for the
 * context it was written for.
 */
export interface FileContext {
  ownerId: string;
  fileId: string;
  generation: number;
  /** Which of the file's objects: `content` for the bytes themselves, e.g. `text/3` for what was derived from them. */
  purpose: string;
}

/** @throws TypeError for a context that names nothing: what is missing would be bound to nobody */
export function encodeFileContext({ ownerId, fileId, generation, purpose }: FileContext): Buffer {
  if (!ownerId || !fileId || !purpose || !Number.isSafeInteger(generation) || generation < 0) {
    throw new TypeError('A file context needs an owner, a file, a generation and a purpose.');
  }
  return encodeFields(purpose, ownerId, fileId, String(generation));
}
