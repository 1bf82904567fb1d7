import type { LoginLimits } from '#shared/auth/login-throttle.ts';
import type { Registration } from '#shared/auth/register.ts';
import type { RequestRates } from '#shared/auth/request-rates.ts';
import type { SessionLimits } from '#shared/auth/sessions.ts';
import type { FileLimits } from '#shared/files/file-limits.ts';
import type { ReadingLimits } from '#shared/formats/extract-windows.ts';
import type { IndexLimits } from '#shared/maintenance/reembed/drop-retired.ts';
import type { SweepLimits } from '#shared/maintenance/sweep.ts';
import type { StageLimits } from '#shared/pipeline/claim-fair-share.ts';
import type { ArchiveLimits } from '#shared/pipeline/extract/children/ingest-child.ts';
import type { OutboxLimits } from '#shared/pipeline/publish/outbox-limits.ts';
import type { SearchLimits } from '#shared/search/search-limits.ts';
import type { Config } from './config.ts';

/** What the settings say of how much, how long and who may, and the weights of BM25: each group in the words of the room that keeps to it. */
export interface Limits {
  readonly files: FileLimits;
  readonly archives: ArchiveLimits;
  readonly reading: ReadingLimits;
  readonly stage: StageLimits;
  readonly outbox: OutboxLimits;
  readonly sweep: SweepLimits;
  readonly indexes: IndexLimits;
  readonly search: SearchLimits;
  readonly sessions: SessionLimits;
  readonly logins: LoginLimits;
  readonly registration: Registration;
  readonly rates: RequestRates;
}

export function limitsOf(config: Config): Limits {
  return {
    files: {
      maxFileBytes: config.MAX_FILE_BYTES,
      uploadTtlSeconds: config.UPLOAD_TTL_SECONDS,
      quota: { maxFiles: config.QUOTA_MAX_FILES, maxBytes: config.QUOTA_MAX_BYTES },
    },
    archives: {
      files: config.ARCHIVE_MAX_FILES,
      bytes: config.ARCHIVE_MAX_BYTES,
      maxDepth: config.ARCHIVE_MAX_DEPTH,
    },
    reading: {
      windowTimeoutMs: config.PARSE_WINDOW_TIMEOUT_MS,
      memoryMb: config.PARSE_MEMORY_MB,
      maxTextChars: config.MAX_TEXT_CHARS,
    },
    stage: { leaseSeconds: config.STAGE_LEASE_SECONDS },
    outbox: {
      leaseSeconds: config.OUTBOX_LEASE_SECONDS,
      maxAttempts: config.OUTBOX_MAX_ATTEMPTS,
      clientTimeoutMs: config.QDRANT_TIMEOUT_MS,
    },
    sweep: { afterSeconds: config.SWEEP_AFTER_SECONDS },
    indexes: { graceSeconds: config.REEMBED_GRACE_HOURS * 3_600 },
    search: {
      legTimeoutMs: config.SEARCH_LEG_TIMEOUT_MS,
      bm25: { k1: config.BM25_K1, b: config.BM25_B },
    },
    sessions: {
      refreshReuseGraceSeconds: config.REFRESH_REUSE_GRACE_SECONDS,
      maxDays: config.SESSION_MAX_DAYS,
    },
    logins: {
      failuresPerAccount: config.LOGIN_FAILURES_PER_ACCOUNT,
      failuresPerAddress: config.LOGIN_FAILURES_PER_ADDRESS,
    },
    registration: config.REGISTRATION,
    rates: {
      searches: config.QUOTA_SEARCHES_PER_MINUTE,
      uploads: config.QUOTA_UPLOADS_PER_MINUTE,
      registrations: config.QUOTA_REGISTRATIONS_PER_HOUR || undefined,
    },
  };
}
