import { v5 as uuidv5 } from 'uuid';

/** Namespaces of the product's own name-based identifiers; changing one changes every id made from it. */
const CHUNK_NAMESPACE = '6f0f6a52-5f0a-4b1c-9a57-3f4a2b9d1c01';
const DROP_NAMESPACE = '6f0f6a52-5f0a-4b1c-9a57-3f4a2b9d1c02';
const IDEMPOTENCY_NAMESPACE = '6f0f6a52-5f0a-4b1c-9a57-3f4a2b9d1c03';
const CHILD_NAMESPACE = '6f0f6a52-5f0a-4b1c-9a57-3f4a2b9d1c04';

/** Id of a chunk and of its point in the vector store. */
export function chunkId(fileId: string, generation: number, chunkIndex: number): string {
  return uuidv5(`${fileId}/${generation}/${chunkIndex}`, CHUNK_NAMESPACE);
}

/**
 * Id of the file that an object dropped into the incoming bucket becomes: a second event for it finds the first one's
 * file, and the same bytes dropped once more, after that was deleted, are another.
 */
export function droppedFileId(userId: string, objectKey: string, version: { etag: string; modified: Date }): string {
  return uuidv5(`${userId}/${objectKey}/${version.etag}/${version.modified.toISOString()}`, DROP_NAMESPACE);
}

/** Id of the file a request with an Idempotency-Key makes, so that a repetition meets the same row. */
export function idempotentFileId(userId: string, key: string): string {
  return uuidv5(`${userId}/${key}`, IDEMPOTENCY_NAMESPACE);
}

/** Id of a file inside another: the same in every generation of the parent, so that what did not change stays as it is. */
export function childFileId(parentId: string, path: string): string {
  return uuidv5(`${parentId}/${path}`, CHILD_NAMESPACE);
}
