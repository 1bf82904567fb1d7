const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const UPLOAD_KEY = new RegExp(`^uploads/(${UUID})$`);
const DROP_KEY = new RegExp(`^drop/(${UUID})/(.+)$`, 's');

export const UPLOADS_PREFIX = 'uploads/';
export const DROP_PREFIX = 'drop/';

export function uploadKey(fileId: string): string {
  return `${UPLOADS_PREFIX}${fileId}`;
}

/** Where the bytes of a file's generation lie in the storage bucket: under the owner and the file's own id, never under a name. */
export function storageKey(userId: string, fileId: string, generation: number): string {
  return `${storagePrefix(userId, fileId)}${generation}`;
}

/** All generations of a file. */
export function storagePrefix(userId: string, fileId: string): string {
  return `files/${userId}/${fileId}/`;
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
