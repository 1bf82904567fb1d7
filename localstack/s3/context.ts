import type { WireRequest } from '#localstack/aws/wire-request.ts';
import type { ReceivedBody } from './body/receive-body.ts';
import type { BlobStore } from './store/blobs.ts';
import type { Catalog, StoredObject } from './store/catalog.ts';

/** One verified request, and what an operation needs to answer it. */
export interface S3Context {
  catalog: Catalog;
  blobs: BlobStore;
  request: WireRequest;
  /** Empty for the service itself. */
  bucket: string;
  /** Empty for a bucket. */
  key: string;
  query: URLSearchParams;
  /** The first value of a header. */
  header(name: string): string | undefined;
  /** Stores the body and checks it against everything that was declared about it. @throws AwsError */
  receiveBody(): Promise<ReceivedBody>;
  /** The body as text, for the small XML that some operations take. @throws AwsError */
  bodyText(): Promise<string>;
  /** Tells whoever the bucket's notifications name. */
  notifyCreated(object: StoredObject, how: CreatedBy): Promise<void>;
}

export type CreatedBy = 'Put' | 'Post' | 'Copy' | 'CompleteMultipartUpload';
