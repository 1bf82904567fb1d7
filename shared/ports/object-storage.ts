import type { Readable } from 'node:stream';

/** `incoming` notifies about every new object and is emptied by intake; `storage` keeps the files. */
export type BucketRole = 'incoming' | 'storage';

export interface ObjectInfo {
  size: number;
  etag: string;
  contentType: string | undefined;
  lastModified: Date | undefined;
}

export interface PresignedPut {
  url: string;
  /** Must be sent as they are: they are signed. */
  headers: Record<string, string>;
  expiresAt: Date;
}

export interface UploadedPart {
  number: number;
  etag: string;
}

/** Objects in two buckets. A missing object is `undefined`, never an error. */
export interface ObjectStorage {
  head(bucket: BucketRole, key: string): Promise<ObjectInfo | undefined>;
  /** `ifMatch`: an ETag; an object with another ETag counts as missing. `range`: inclusive byte offsets; past the object's end there is nothing. */
  read(
    bucket: BucketRole,
    key: string,
    options?: { ifMatch?: string; range?: { start: number; end: number } },
  ): Promise<{ body: Readable; info: ObjectInfo } | undefined>;
  /** Streams of any length in flat memory. */
  write(bucket: BucketRole, key: string, body: Readable | Uint8Array, contentType: string): Promise<void>;
  /** Writes only while the object has the ETag `ifMatch`. @returns false when it has another or is gone; all is as before then */
  replace(
    bucket: BucketRole,
    key: string,
    body: Readable,
    contentType: string,
    options: { ifMatch: string },
  ): Promise<boolean>;
  /** Deleting what is not there succeeds. With `ifMatch`, an object with another ETag stays. */
  delete(bucket: BucketRole, key: string, options?: { ifMatch?: string }): Promise<void>;
  /** In the order of their keys. `after`: only keys behind this one. */
  list(
    bucket: BucketRole,
    prefix: string,
    options?: { after?: string },
  ): AsyncIterable<{ key: string; size: number; lastModified: Date | undefined }>;
  presignPut(
    key: string,
    options: { size: number; contentType: string; expiresInSeconds: number },
  ): Promise<PresignedPut>;
  createMultipart(key: string, contentType: string): Promise<string>;
  presignPart(key: string, uploadId: string, number: number, size: number, expiresInSeconds: number): Promise<string>;
  /** @throws AppError VALIDATION_ERROR when a part is unknown or its ETag differs */
  completeMultipart(key: string, uploadId: string, parts: readonly UploadedPart[]): Promise<void>;
  /** Aborting what is not there succeeds. */
  abortMultipart(bucket: BucketRole, key: string, uploadId: string): Promise<void>;
  /** Uploads in parts that are under way, with the time each began. */
  listMultipart(
    bucket: BucketRole,
    prefix: string,
  ): AsyncIterable<{ key: string; uploadId: string; initiated: Date | undefined }>;
  ping(): Promise<void>;
}
