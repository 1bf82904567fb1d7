import { asUser } from '#shared/db/as-user.ts';
import { takeExport, updateExport } from '#shared/db/exports-repository.ts';
import type { ExportRow } from '#shared/db/schema.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { keepLease } from '#shared/pipeline/keep-lease.ts';
import type { ArchiveDeps } from './add-bytes.ts';
import { exportKey } from './export-key.ts';
import { createArchive } from './write-archive.ts';

const LEASE_SECONDS = 30;
/** Interrupted ones included: what kills its worker must not do so for ever. */
const MOST_ATTEMPTS = 5;
/** Twice as long after each attempt: 30 s, then a minute, …: an outage of some minutes is waited out. */
const RETRY_SECONDS = 30;
/** A build that moves no byte for so long has met something that never answers. */
const STALLED_MS = 120_000;
/** An archive is one generation: another one has another id. */
export const EXPORT_GENERATION = 1;

export interface BuildExportDeps extends ArchiveDeps {
  /** Default: two minutes. */
  stalledMs?: number;
}

/**
 * Builds the archive a person asked for, encrypted on its way into the bucket. A crash anywhere leaves it to the next
 * attempt, of which there are five; then it is FAILED, and can be asked for anew.
 */
export async function buildExport(deps: BuildExportDeps, userId: string): Promise<void> {
  const attempt = await asUser(deps.db, userId, (trx) => takeExport(trx, userId, LEASE_SECONDS));
  if (!attempt) return;
  const counted = attempt.attempts - attempt.forgiven;
  if (counted > MOST_ATTEMPTS) {
    deps.log.warn({ userId }, 'an archive was given up: every attempt to build it was interrupted');
    await asUser(deps.db, userId, (trx) => updateExport(trx, attempt, { status: 'FAILED', building: false }));
    return;
  }
  const progress = new Progress(deps.stalledMs ?? STALLED_MS);
  const extend = () => asUser(deps.db, userId, (trx) => updateExport(trx, attempt, { leaseSeconds: LEASE_SECONDS }));
  try {
    const built = await keepLease({ log: deps.log, leaseSeconds: LEASE_SECONDS }, { extend, about: { userId } }, () =>
      progress.unlessStalled(build(deps, attempt, progress)),
    );
    const { key: object_key, size, unreadable } = built;
    const ready = { status: 'READY' as const, building: false, object_key, size, unreadable };
    const kept = await asUser(deps.db, userId, (trx) => updateExport(trx, attempt, ready));
    if (!kept) await deps.content.delete(built.key);
  } catch (error) {
    deps.log.warn({ err: error, userId, attempt: attempt.attempts }, 'an archive could not be built');
    const status: ExportRow['status'] = counted >= MOST_ATTEMPTS ? 'FAILED' : 'PENDING';
    const leaseSeconds = RETRY_SECONDS * 2 ** (counted - 1);
    const ended = { status, building: false, leaseSeconds };
    await asUser(deps.db, userId, (trx) => updateExport(trx, attempt, ended));
  }
}

async function build(
  deps: BuildExportDeps,
  attempt: ExportRow,
  progress: Progress,
): Promise<{ key: string; size: number; unreadable: number }> {
  const { id, user_id, attempts, forgiven } = attempt;
  const key = exportKey(user_id, id, attempts);
  let size = 0;
  const { stream, unreadable } = createArchive(deps, user_id, attempts - forgiven >= MOST_ATTEMPTS);
  progress.onStall((error) => stream.destroy(error));
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      size += chunk.length;
      progress.move();
      yield chunk;
    }
  };
  await deps.content.write({ id, user_id }, EXPORT_GENERATION, key, counted());
  return { key, size, unreadable: unreadable.length };
}

/** Breaks the build off when it does not get on. */
class Progress {
  readonly #stalled = Promise.withResolvers<never>();
  readonly #watch: NodeJS.Timeout;
  #movedAt = Date.now();

  constructor(stalledMs: number) {
    // Nobody may be waiting when it fails.
    this.#stalled.promise.catch(() => undefined);
    this.#watch = setInterval(() => {
      if (Date.now() - this.#movedAt < stalledMs) return;
      const detail = 'The object storage has not responded for a while.';
      this.#stalled.reject(new AppError('DEPENDENCY_UNAVAILABLE', { detail }));
    }, stalledMs / 4);
  }

  move(): void {
    this.#movedAt = Date.now();
  }

  onStall(act: (error: Error) => void): void {
    this.#stalled.promise.catch(act);
  }

  async unlessStalled<T>(work: Promise<T>): Promise<T> {
    try {
      return await Promise.race([work, this.#stalled.promise]);
    } finally {
      clearInterval(this.#watch);
    }
  }
}
