import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandInput,
  type ListMultipartUploadsCommandOutput,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { BucketRole, ObjectInfo, ObjectStorage } from '#shared/ports/object-storage.ts';
import { isChanged, isMissing, isPastTheEnd, translateS3Error } from './s3-errors.ts';

/** S3 wants parts of at least 5 MiB; each concurrent part is held in memory. */
const PART_BYTES = 8 * 1024 ** 2;
const CONCURRENT_PARTS = 2;

/** Whoever does not take up a connection, or says nothing on it, for so long is away. Some MB wait unseen in the kernel's buffers. */
const CONNECT_MS = 15_000;
const SILENT_MS = 60_000;
/** What the store answers out of its index, whatever the size of the object. Tried three times it ends within a function. */
const QUICK_MS = 10_000;

/** Longest waits, in milliseconds, of one try of three. None is for a whole transfer, which may take hours. */
interface Patience {
  /** For the next byte of a request or its answer. */
  silentMs: number;
  /** For the answer to a request that carries no bytes. */
  quickMs: number;
}

export interface S3Options {
  region: string;
  /** Of an S3-compatible store; left out for AWS itself. */
  endpoint?: string | undefined;
  /** The address that clients reach, when it differs from `endpoint`: presigned URLs carry it. */
  publicEndpoint?: string | undefined;
  buckets: Record<BucketRole, string>;
  /** Default: a minute and 10 seconds. */
  patience?: Patience;
}

interface ResponseInfo {
  ContentLength?: number | undefined;
  ContentRange?: string | undefined;
  ETag?: string | undefined;
  ContentType?: string | undefined;
  LastModified?: Date | undefined;
}

/** In milliseconds: until an answer begins; without a byte in either direction. */
interface Timeouts {
  requestTimeout?: number;
  socketTimeout?: number;
}

/** An error on a time limit is a `TimeoutError`, which the SDK tries again, and in the end the store counts as away. */
function connect({ region }: S3Options, endpoint: string | undefined, timeouts: Timeouts): S3Client {
  return new S3Client({
    region,
    ...(endpoint ? { endpoint, forcePathStyle: true } : {}),
    // The SDK's default CRC trailers are not understood by every compatible store, and break presigned uploads.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 3,
    requestHandler: { connectionTimeout: CONNECT_MS, throwOnRequestTimeout: true, ...timeouts },
  });
}

function infoOf(response: ResponseInfo): ObjectInfo {
  return {
    // A ranged answer tells the whole length behind the slash.
    size: response.ContentRange ? Number(response.ContentRange.split('/')[1]) : (response.ContentLength ?? 0),
    etag: (response.ETag ?? '').replaceAll('"', ''),
    contentType: response.ContentType,
    lastModified: response.LastModified,
  };
}

/** Runs a call; errors of the SDK become ours. */
async function call<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw translateS3Error(error);
  }
}

export function createS3ObjectStorage(options: S3Options): ObjectStorage {
  const { silentMs, quickMs } = options.patience ?? { silentMs: SILENT_MS, quickMs: QUICK_MS };
  const client = connect(options, options.endpoint, { socketTimeout: silentMs });
  // Here a silent socket may be one whose reader takes its time: only the beginning of an answer is waited for by the clock.
  const reader = connect(options, options.endpoint, { requestTimeout: silentMs });
  const signer = options.publicEndpoint ? connect(options, options.publicEndpoint, {}) : client;
  const quick = { requestTimeout: quickMs };
  const at = (bucket: BucketRole, key: string) => ({ Bucket: options.buckets[bucket], Key: key });

  return {
    head: (bucket, key) =>
      call(async () => {
        try {
          return infoOf(await client.send(new HeadObjectCommand(at(bucket, key)), quick));
        } catch (error) {
          if (isMissing(error)) return undefined;
          throw error;
        }
      }),

    read: (bucket, key, { ifMatch, range } = {}) =>
      call(async () => {
        try {
          const response = await reader.send(
            new GetObjectCommand({
              ...at(bucket, key),
              ...(ifMatch ? { IfMatch: `"${ifMatch}"` } : {}),
              ...(range ? { Range: `bytes=${range.start}-${range.end}` } : {}),
            }),
          );
          if (!(response.Body instanceof Readable)) throw new Error('S3 returned no readable body');
          return { body: response.Body, info: infoOf(response) };
        } catch (error) {
          if (isMissing(error) || isChanged(error)) return undefined;
          if (isPastTheEnd(error)) return { body: Readable.from([]), info: infoOf({}) };
          throw error;
        }
      }),

    write: (bucket, key, body, contentType) =>
      call(async () => {
        const upload = new Upload({
          client,
          params: { ...at(bucket, key), Body: body, ContentType: contentType },
          partSize: PART_BYTES,
          queueSize: CONCURRENT_PARTS,
        });
        await upload.done();
      }),

    replace: (bucket, key, body, contentType, { ifMatch }) =>
      call(async () => {
        const upload = new Upload({
          client,
          params: { ...at(bucket, key), Body: body, ContentType: contentType, IfMatch: `"${ifMatch}"` },
          partSize: PART_BYTES,
          queueSize: CONCURRENT_PARTS,
        });
        try {
          await upload.done();
          return true;
        } catch (error) {
          body.destroy();
          if (isMissing(error) || isChanged(error)) return false;
          throw error;
        }
      }),

    delete: (bucket, key, { ifMatch } = {}) =>
      call(async () => {
        try {
          await client.send(
            new DeleteObjectCommand({ ...at(bucket, key), ...(ifMatch ? { IfMatch: `"${ifMatch}"` } : {}) }),
            quick,
          );
        } catch (error) {
          if (!isMissing(error) && !isChanged(error)) throw error;
        }
      }),

    async *list(bucket, prefix, { after } = {}) {
      const from = { Prefix: prefix, ...(after === undefined ? {} : { StartAfter: after }) };
      const pages = paginateListObjectsV2({ client }, { Bucket: options.buckets[bucket], ...from }, quick);
      try {
        for await (const page of pages) {
          for (const object of page.Contents ?? []) {
            if (object.Key) yield { key: object.Key, size: object.Size ?? 0, lastModified: object.LastModified };
          }
        }
      } catch (error) {
        throw translateS3Error(error);
      }
    },

    presignPut: (key, { size, contentType, expiresInSeconds }) =>
      call(async () => {
        const command = new PutObjectCommand({
          ...at('incoming', key),
          ContentLength: size,
          ContentType: contentType,
        });
        const url = await getSignedUrl(signer, command, {
          expiresIn: expiresInSeconds,
          // Unsigned they would be suggestions: a longer body or another type must be refused.
          signableHeaders: new Set(['content-length', 'content-type']),
        });
        return {
          url,
          headers: { 'Content-Type': contentType },
          expiresAt: new Date(Date.now() + expiresInSeconds * 1_000),
        };
      }),

    createMultipart: (key, contentType) =>
      call(async () => {
        const created = await client.send(
          new CreateMultipartUploadCommand({ ...at('incoming', key), ContentType: contentType }),
          quick,
        );
        if (!created.UploadId) throw new Error('S3 returned no upload id');
        return created.UploadId;
      }),

    presignPart: (key, uploadId, number, size, expiresInSeconds) =>
      call(() =>
        getSignedUrl(
          signer,
          new UploadPartCommand({
            ...at('incoming', key),
            UploadId: uploadId,
            PartNumber: number,
            ContentLength: size,
          }),
          { expiresIn: expiresInSeconds, signableHeaders: new Set(['content-length']) },
        ),
      ),

    completeMultipart: (key, uploadId, parts) =>
      call(async () => {
        await client.send(
          new CompleteMultipartUploadCommand({
            ...at('incoming', key),
            UploadId: uploadId,
            MultipartUpload: {
              Parts: [...parts]
                .sort((a, b) => a.number - b.number)
                .map((part) => ({ PartNumber: part.number, ETag: part.etag })),
            },
          }),
        );
      }),

    abortMultipart: (bucket, key, uploadId) =>
      call(async () => {
        try {
          await client.send(new AbortMultipartUploadCommand({ ...at(bucket, key), UploadId: uploadId }), quick);
        } catch (error) {
          if (!isMissing(error)) throw error;
        }
      }),

    async *listMultipart(bucket, prefix) {
      let after: Pick<ListMultipartUploadsCommandInput, 'KeyMarker' | 'UploadIdMarker'> | undefined = {};
      while (after) {
        const command = new ListMultipartUploadsCommand({ Bucket: options.buckets[bucket], Prefix: prefix, ...after });
        const page: ListMultipartUploadsCommandOutput = await call(() => client.send(command, quick));
        for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
          if (Key && UploadId) yield { key: Key, uploadId: UploadId, initiated: Initiated };
        }
        const { NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = page;
        after = page.IsTruncated ? { KeyMarker, UploadIdMarker } : undefined;
      }
    },

    ping: () =>
      call(async () => {
        await client.send(new HeadBucketCommand({ Bucket: options.buckets.storage }), quick);
      }),
  };
}
