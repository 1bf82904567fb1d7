import { openSqlite, type Row } from '#localstack/sqlite.ts';

/** A stored run of bytes: a file in the blob folder. An object that came in parts has several, in order. */
export interface Blob {
  id: string;
  size: number;
}

export interface StoredObject {
  bucket: string;
  key: string;
  size: number;
  /** With its quotes. */
  etag: string;
  contentType: string;
  lastModified: Date;
  /** User metadata and the headers that are given back as they came (`content-disposition`, …). */
  headers: Record<string, string>;
  blobs: Blob[];
}

export interface StoredPart {
  number: number;
  /** With its quotes. */
  etag: string;
  size: number;
  lastModified: Date;
  blobs: Blob[];
}

export interface MultipartUpload {
  id: string;
  bucket: string;
  key: string;
  contentType: string;
  headers: Record<string, string>;
  initiated: Date;
}

export interface Catalog {
  createBucket(name: string): void;
  deleteBucket(name: string): void;
  hasBucket(name: string): boolean;
  buckets(): Array<{ name: string; created: Date }>;
  object(bucket: string, key: string): StoredObject | undefined;
  /** Returns the blobs of the object that was there before. */
  putObject(object: StoredObject): Blob[];
  deleteObject(bucket: string, key: string): Blob[];
  /** In the order of the keys' bytes, from the first key after `after` on. */
  listObjects(bucket: string, prefix: string, after: string, limit: number): StoredObject[];
  createUpload(upload: MultipartUpload): void;
  upload(id: string): MultipartUpload | undefined;
  uploads(bucket: string): MultipartUpload[];
  putPart(uploadId: string, part: StoredPart): Blob[];
  parts(uploadId: string): StoredPart[];
  /** In one transaction: the object is there, the upload is gone. Returns the blobs that nothing uses any more. */
  completeUpload(uploadId: string, object: StoredObject): Blob[];
  deleteUpload(uploadId: string): Blob[];
  /** Every blob that an object or a part uses. */
  usedBlobIds(): Set<string>;
  close(): void;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS buckets (name TEXT PRIMARY KEY, created INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS objects (
    bucket TEXT NOT NULL REFERENCES buckets, key TEXT NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
    content_type TEXT NOT NULL, last_modified INTEGER NOT NULL, headers TEXT NOT NULL, blobs TEXT NOT NULL,
    PRIMARY KEY (bucket, key)) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS uploads (
    id TEXT PRIMARY KEY, bucket TEXT NOT NULL REFERENCES buckets, key TEXT NOT NULL, content_type TEXT NOT NULL,
    headers TEXT NOT NULL, initiated INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS parts (
    upload_id TEXT NOT NULL REFERENCES uploads ON DELETE CASCADE, number INTEGER NOT NULL, etag TEXT NOT NULL,
    size INTEGER NOT NULL, last_modified INTEGER NOT NULL, blobs TEXT NOT NULL,
    PRIMARY KEY (upload_id, number)) STRICT, WITHOUT ROWID;`;

/** The index of the object store, in SQLite: a write is there as a whole or not at all, whenever the process ends. */
export function openCatalog(path: string): Catalog {
  const db = openSqlite(path, { synchronous: 'FULL', schema: SCHEMA });
  const { one, all, run, atomically } = db;
  const putObject = (object: StoredObject): Blob[] => {
    const before = one('SELECT blobs FROM objects WHERE bucket = ? AND key = ?', object.bucket, object.key);
    run(
      'INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      object.bucket,
      object.key,
      object.size,
      object.etag,
      object.contentType,
      object.lastModified.getTime(),
      JSON.stringify(object.headers),
      JSON.stringify(object.blobs),
    );
    return before === undefined ? [] : toBlobs(before);
  };
  return {
    createBucket: (name) => run('INSERT OR IGNORE INTO buckets VALUES (?, ?)', name, Date.now()),
    deleteBucket: (name) => run('DELETE FROM buckets WHERE name = ?', name),
    hasBucket: (name) => one('SELECT 1 FROM buckets WHERE name = ?', name) !== undefined,
    buckets: () =>
      all('SELECT name, created FROM buckets ORDER BY name').map((row) => ({
        name: String(row.name),
        created: new Date(Number(row.created)),
      })),
    object: (bucket, key) => {
      const row = one('SELECT * FROM objects WHERE bucket = ? AND key = ?', bucket, key);
      return row === undefined ? undefined : toObject(row);
    },
    putObject: (object) => atomically(() => putObject(object)),
    deleteObject: (bucket, key) => {
      const row = one('DELETE FROM objects WHERE bucket = ? AND key = ? RETURNING blobs', bucket, key);
      return row === undefined ? [] : toBlobs(row);
    },
    listObjects: (bucket, prefix, after, limit) =>
      all(
        'SELECT * FROM objects WHERE bucket = ? AND key > ? AND key >= ? AND key < ? ORDER BY key LIMIT ?',
        bucket,
        after,
        prefix,
        keyAfterPrefix(prefix),
        limit,
      ).map(toObject),
    createUpload: (upload) =>
      run(
        'INSERT INTO uploads VALUES (?, ?, ?, ?, ?, ?)',
        upload.id,
        upload.bucket,
        upload.key,
        upload.contentType,
        JSON.stringify(upload.headers),
        upload.initiated.getTime(),
      ),
    upload: (id) => {
      const row = one('SELECT * FROM uploads WHERE id = ?', id);
      return row === undefined ? undefined : toUpload(row);
    },
    uploads: (bucket) => all('SELECT * FROM uploads WHERE bucket = ? ORDER BY key, initiated', bucket).map(toUpload),
    putPart: (uploadId, part) =>
      atomically(() => {
        const before = one('SELECT blobs FROM parts WHERE upload_id = ? AND number = ?', uploadId, part.number);
        run(
          'INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?, ?)',
          uploadId,
          part.number,
          part.etag,
          part.size,
          part.lastModified.getTime(),
          JSON.stringify(part.blobs),
        );
        return before === undefined ? [] : toBlobs(before);
      }),
    parts: (uploadId) => all('SELECT * FROM parts WHERE upload_id = ? ORDER BY number', uploadId).map(toPart),
    completeUpload: (uploadId, object) =>
      atomically(() => {
        const kept = new Set(object.blobs.map((blob) => blob.id));
        const parts = all('SELECT blobs FROM parts WHERE upload_id = ?', uploadId).flatMap(toBlobs);
        run('DELETE FROM uploads WHERE id = ?', uploadId);
        return [...putObject(object), ...parts.filter((blob) => !kept.has(blob.id))];
      }),
    deleteUpload: (uploadId) =>
      atomically(() => {
        const parts = all('SELECT blobs FROM parts WHERE upload_id = ?', uploadId).flatMap(toBlobs);
        run('DELETE FROM uploads WHERE id = ?', uploadId);
        return parts;
      }),
    usedBlobIds: () =>
      new Set(
        all('SELECT blobs FROM objects UNION ALL SELECT blobs FROM parts')
          .flatMap(toBlobs)
          .map(({ id }) => id),
      ),
    close: () => db.close(),
  };
}

/** Sorts after every key with this prefix. */
export function keyAfterPrefix(prefix: string): string {
  return `${prefix}\u{10ffff}`;
}

function toBlobs(row: Row): Blob[] {
  return JSON.parse(String(row.blobs)) as Blob[];
}

function toObject(row: Row): StoredObject {
  return {
    bucket: String(row.bucket),
    key: String(row.key),
    size: Number(row.size),
    etag: String(row.etag),
    contentType: String(row.content_type),
    lastModified: new Date(Number(row.last_modified)),
    headers: JSON.parse(String(row.headers)) as Record<string, string>,
    blobs: toBlobs(row),
  };
}

function toUpload(row: Row): MultipartUpload {
  return {
    id: String(row.id),
    bucket: String(row.bucket),
    key: String(row.key),
    contentType: String(row.content_type),
    headers: JSON.parse(String(row.headers)) as Record<string, string>,
    initiated: new Date(Number(row.initiated)),
  };
}

function toPart(row: Row): StoredPart {
  return {
    number: Number(row.number),
    etag: String(row.etag),
    size: Number(row.size),
    lastModified: new Date(Number(row.last_modified)),
    blobs: toBlobs(row),
  };
}
