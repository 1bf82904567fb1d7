import { join } from 'node:path';
import type { RegisterDeps } from '#shared/auth/register.ts';
import type { RequestRates } from '#shared/auth/request-rates.ts';
import type { SignInDeps } from '#shared/auth/sign-in.ts';
import { parseKeyring } from '#shared/crypto/keyring.ts';
import { endConsent } from '#shared/drive/disconnect-drive.ts';
import type { SyncDriveDeps } from '#shared/drive/sync-drive.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { FileQuota } from '#shared/files/quota.ts';
import type { UploadDeps } from '#shared/files/start-upload.ts';
import type { OrphanDeps } from '#shared/files/sweep-orphans.ts';
import type { SweepIndexesDeps } from '#shared/maintenance/reembed/sweep-indexes.ts';
import type { SweepDeps } from '#shared/maintenance/sweep.ts';
import type { EmbedDeps } from '#shared/pipeline/embed/embed-file.ts';
import type { ExtractDeps } from '#shared/pipeline/extract/extract-file.ts';
import type { AcceptDeps } from '#shared/pipeline/intake/accept-arrival.ts';
import type { IntakeDeps } from '#shared/pipeline/intake/intake.ts';
import type { TombstoneDeps } from '#shared/pipeline/publish/publish-tombstones.ts';
import type { StageDeps } from '#shared/pipeline/stage.ts';
import type { CachedSearchDeps } from '#shared/search/cached-search.ts';
import type { SearchDeps } from '#shared/search/search.ts';
import type { PictureSearchDeps } from '#shared/search/search-by-picture.ts';
import { type EraseDeps, erasureWaits } from '#shared/users/erase/erase-step.ts';
import type { Config } from './config.ts';
import type { Container } from './container.ts';

/** Somebody waits for the answer, and the function for 29 s at most. */
const LONGEST_LOOK_MS = 15_000;

/** What each kind of use case takes, out of the container and its settings. */
export function signInDeps({ db, tokenKeys, passwords, config }: Container): SignInDeps {
  return {
    db,
    tokenKeys,
    passwords,
    refreshReuseGraceSeconds: config.REFRESH_REUSE_GRACE_SECONDS,
    sessionMaxDays: config.SESSION_MAX_DAYS,
    limits: {
      failuresPerAccount: config.LOGIN_FAILURES_PER_ACCOUNT,
      failuresPerAddress: config.LOGIN_FAILURES_PER_ADDRESS,
    },
  };
}

export function registerDeps(container: Container): RegisterDeps {
  return { ...signInDeps(container), registration: container.config.REGISTRATION };
}

export function requestRates({ config }: Container): RequestRates {
  return {
    searches: config.QUOTA_SEARCHES_PER_MINUTE,
    uploads: config.QUOTA_UPLOADS_PER_MINUTE,
    registrations: config.QUOTA_REGISTRATIONS_PER_HOUR || undefined,
  };
}

function fileQuota(config: Config): FileQuota {
  return { maxFiles: config.QUOTA_MAX_FILES, maxBytes: config.QUOTA_MAX_BYTES };
}

export function uploadDeps({ db, storage, config }: Container): UploadDeps {
  return {
    db,
    storage,
    maxFileBytes: config.MAX_FILE_BYTES,
    uploadTtlSeconds: config.UPLOAD_TTL_SECONDS,
    quota: fileQuota(config),
  };
}

export function intakeDeps({ db, storage, content, queue, log, config }: Container): IntakeDeps {
  return { db, storage, content, queue, log, maxFileBytes: config.MAX_FILE_BYTES, quota: fileQuota(config) };
}

export function sweepDeps(container: Container): SweepDeps {
  const { S3_INCOMING_BUCKET: incomingBucket, SWEEP_AFTER_SECONDS: afterSeconds } = container.config;
  return { ...intakeDeps(container), incomingBucket, afterSeconds };
}

export function acceptDeps(container: Container): AcceptDeps {
  const { host, log, config } = container;
  return { ...intakeDeps(container), log, host, leaseSeconds: config.STAGE_LEASE_SECONDS };
}

export function stageDeps({ db, queue, log, host, config }: Container): StageDeps {
  return { db, queue, log, host, leaseSeconds: config.STAGE_LEASE_SECONDS };
}

export function extractDeps(container: Container): ExtractDeps {
  const { content, previews, transcriber, config } = container;
  return {
    ...stageDeps(container),
    content,
    previews,
    transcriber,
    programPath: config.PATH,
    limits: {
      windowTimeoutMs: config.PARSE_WINDOW_TIMEOUT_MS,
      starvedTimeoutMs: config.PARSE_WINDOW_TIMEOUT_MS * 4,
      memoryMb: config.PARSE_MEMORY_MB,
    },
    ocr: { languages: config.OCR_LANGUAGES, dataDir: join(config.MODEL_DIR, 'tessdata') },
    childLimits: {
      files: config.ARCHIVE_MAX_FILES,
      bytes: config.ARCHIVE_MAX_BYTES,
      fileBytes: config.MAX_FILE_BYTES,
    },
    maxDepth: config.ARCHIVE_MAX_DEPTH,
    maxTextChars: config.MAX_TEXT_CHARS,
    quota: fileQuota(config),
  };
}

export function embedDeps(container: Container): EmbedDeps {
  const { embedders, imageEmbedder, previews, cache } = container;
  return { ...stageDeps(container), embedders, imageEmbedder, previews, cache };
}

export function publishDeps({ db, storage, vectorIndex, log, config }: Container): TombstoneDeps {
  return {
    db,
    storage,
    vectorIndex,
    log,
    leaseSeconds: config.OUTBOX_LEASE_SECONDS,
    maxAttempts: config.OUTBOX_MAX_ATTEMPTS,
    clientTimeoutMs: config.QDRANT_TIMEOUT_MS,
  };
}

export function searchDeps(container: Container): SearchDeps {
  const { db, embedders, imageEmbedder, reranker, vectorIndex, cache, analyzers, config } = container;
  return {
    db,
    embedders,
    imageEmbedder,
    reranker,
    vectorIndex,
    cache,
    analyzers,
    legTimeoutMs: config.SEARCH_LEG_TIMEOUT_MS,
    bm25: { k1: config.BM25_K1, b: config.BM25_B },
  };
}

export function pictureSearchDeps(container: Container): PictureSearchDeps {
  const { PARSE_WINDOW_TIMEOUT_MS, PARSE_MEMORY_MB } = container.config;
  return {
    ...searchDeps(container),
    windowTimeoutMs: Math.min(PARSE_WINDOW_TIMEOUT_MS, LONGEST_LOOK_MS),
    memoryMb: PARSE_MEMORY_MB,
  };
}

export function cachedSearchDeps(container: Container): CachedSearchDeps {
  return { ...searchDeps(container), flights: container.searches };
}

/** How long an index stays that is searched no more. */
export function graceSeconds(config: Config): number {
  return config.REEMBED_GRACE_HOURS * 3_600;
}

export function sweepIndexesDeps({ db, vectorIndex, embedders, log, config }: Container): SweepIndexesDeps {
  return {
    db,
    vectorIndex,
    embedders,
    log,
    leaseSeconds: config.OUTBOX_LEASE_SECONDS,
    graceSeconds: graceSeconds(config),
  };
}

/** @throws AppError DRIVE_NOT_CONFIGURED */
export function driveDeps(container: Container): Pick<SyncDriveDeps, 'db' | 'queue' | 'provider' | 'keyring'> {
  const { db, queue, drive, config } = container;
  if (!drive) throw new AppError('DRIVE_NOT_CONFIGURED');
  return { db, queue, provider: drive, keyring: parseKeyring(config) };
}

/** @throws AppError DRIVE_NOT_CONFIGURED */
export function driveSyncDeps(container: Container): SyncDriveDeps {
  const { storage, log, config } = container;
  const limits = { maxFileBytes: config.MAX_FILE_BYTES, uploadTtlSeconds: config.UPLOAD_TTL_SECONDS };
  const leaseSeconds = config.STAGE_LEASE_SECONDS;
  return { ...driveDeps(container), storage, log, leaseSeconds, ...limits, quota: fileQuota(config) };
}

/** Longer than any writer lives, so that what has no row by then will get none. */
const ORPHAN_AGE_SECONDS = 3_600;

export function orphanDeps({ db, storage, log }: Container): OrphanDeps {
  return { db, storage, log, minAgeSeconds: ORPHAN_AGE_SECONDS };
}

/** What a Lambda function may run at most. */
const LONGEST_FUNCTION_SECONDS = 900;

export function eraseDeps(container: Container): EraseDeps {
  const { db, storage, vectorIndex, cache, queue, log, config, drive } = container;
  const waitSeconds = erasureWaits({
    leaseSeconds: config.OUTBOX_LEASE_SECONDS,
    clientTimeoutMs: config.QDRANT_TIMEOUT_MS,
    longestFunctionSeconds: LONGEST_FUNCTION_SECONDS,
    uploadTtlSeconds: config.UPLOAD_TTL_SECONDS,
  });
  const ended = drive && ((userId: string) => endConsent(driveDeps(container), userId));
  return { db, storage, vectorIndex, cache, queue, log, waitSeconds, endConsent: ended };
}
