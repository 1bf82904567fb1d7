import type { FileQuota } from './quota.ts';

/** What a file may be, and how many of them a person may have. */
export interface FileLimits {
  maxFileBytes: number;
  /** So long the bytes of an announced file may take to arrive. */
  uploadTtlSeconds: number;
  quota: FileQuota;
}
