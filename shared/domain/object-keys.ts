const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const UPLOAD_KEY = new RegExp(`^uploads/(${UUID})(?:/${UUID})?$`);
const DROP_KEY = new RegExp(`^drop/(${UUID})/(.+)$`, 's');
const STORAGE_KEY = new RegExp(`^(?:files|exports)/(${UUID})/${UUID}[/-].+$`);

export const UPLOADS_PREFIX = 'uploads/';
export const DROP_PREFIX = 'drop/';

/**
 * Where the bytes of an upload arrive. The first upload of a new id has the file's own key; any other has one of its own,
 * so that late bytes of the one before can't be taken for its.
 */
export function uploadKey(fileId: string, upload?: string): string {
  return `${UPLOADS_PREFIX}${fileId}${upload ? `/${upload}` : ''}`;
}

/**
 * Where one attempt to take in a file's generation keeps the bytes: under the owner and the file's own id, never under a
 * name, and never where another attempt writes. The file row names the attempt that was accepted.
 */
export function storageKey(userId: string, fileId: string, generation: number, attempt: string): string {
  return `${storagePrefix(userId, fileId)}${generation}-${attempt}`;
}

/** Whose an object in the storage bucket is, by its key: a file's or an archive's; undefined for what is not of our making. */
export function ownerOfStorageKey(key: string): string | undefined {
  return STORAGE_KEY.exec(key)?.[1];
}

/** The generation in a key made by {@link storageKey}. */
export function generationOfStorageKey(key: string): number {
  return Number(/\/(\d+)-[^/]+$/.exec(key)?.[1] ?? 0);
}

/** All files of a person. */
export function personFilesPrefix(userId: string): string {
  return `files/${userId}/`;
}

/** What a person has dropped and is not taken in yet. */
export function personDropPrefix(userId: string): string {
  return `${DROP_PREFIX}${userId}/`;
}

/** All generations of a file. */
export function storagePrefix(userId: string, fileId: string): string {
  return `${personFilesPrefix(userId)}${fileId}/`;
}

export type IncomingKey =
  | { kind: 'upload'; fileId: string }
  | { kind: 'drop'; userId: string; name: string }
  | { kind: 'unknown' };

/** What an object in the incoming bucket is, by its key. */
export function parseIncomingKey(key: string): IncomingKey {
  const upload = UPLOAD_KEY.exec(key);
  if (upload?.[1]) return { kind: 'upload', fileId: upload[1] };
  const drop = DROP_KEY.exec(key);
  if (drop?.[1] && drop[2] && !key.endsWith('/')) return { kind: 'drop', userId: drop[1], name: drop[2] };
  return { kind: 'unknown' };
}
