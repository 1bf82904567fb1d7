import { asUser } from '#shared/db/as-user.ts';
import { findOwnerOfFile } from '#shared/db/cross-tenant.ts';
import type { Db } from '#shared/db/database.ts';
import {
  beginAttempt,
  carryOn,
  extendStageLease,
  failClaimed,
  findClaimed,
  finishStage,
  recordFailure,
  releaseStage,
  type StageClaim,
} from '#shared/db/pipeline-repository.ts';
import { translatePostgresError } from '#shared/db/postgres-errors.ts';
import type { FileRow } from '#shared/db/schema.ts';
import type { FileStatus } from '#shared/domain/file-status.ts';
import type { StageMessage } from '#shared/domain/messages.ts';
import { AppError, isOutage } from '#shared/errors/app-error.ts';
import type { ErrorCode } from '#shared/errors/codes.ts';
import type { Log } from '#shared/ports/log.ts';
import type { Queue, QueueName } from '#shared/ports/queue.ts';
import { claimFairShare, type StageLimits } from './claim-fair-share.ts';
import type { HostGate } from './host-gate.ts';
import { keepLease } from './keep-lease.ts';
import { isSuspect, MAX_INTERRUPTED } from './suspects.ts';
import { tellStageOf } from './tell-stage.ts';

const MAX_FAILURES = 5;
const OUTAGE_DELAY_SECONDS = 10;
/**
 * A file of at most so many pages and passages goes through all stages in the hands of one worker: handing it on costs several
 * times as much as reading a note, cutting it and making its vectors.
 */
const CARRIED = { pages: 4, chunks: 16 };

export interface StageDeps {
  db: Db;
  queue: Queue;
  log: Log;
  limits: { stage: StageLimits };
  /** Of this process. */
  host: HostGate;
}

export interface StageRun {
  file: FileRow;
  claim: StageClaim;
  /** Files of the same person that the stage was at work on when this one's turn came. */
  alongside: number;
  /** True once the slice of time is used up: commit what is done and answer 'continue'. */
  timeIsUp(): boolean;
  /** Aborted when the claim is lost: the file was deleted or a newer generation took over. */
  signal: AbortSignal;
}

export interface Stage {
  queue: QueueName;
  /** The status of files that this stage works on, and the one it leaves them in. */
  from: FileStatus;
  to: FileStatus;
  /** The queue of the stage that follows. */
  next: QueueName;
  /** Codes that end a file in this stage although they are outages in others. */
  alsoFinal?: readonly ErrorCode[];
  /** How long a worker stays with one file before others have their turn. */
  sliceMs: number;
  /** `continue`: there is more to do, in a message of its own, so that one large file does not hold up the others. */
  work(run: StageRun): Promise<'done' | 'continue'>;
}

/** The first, and those that follow it. */
export type Stages = readonly [Stage, ...Stage[]];

/**
 * One delivery of a stage's message: claims the file whose turn it is, works for a slice of time, commits, sends the next
 * message. The caller acknowledges after that; a crash anywhere repeats the stage, which goes on from what is committed.
 * @param stages the one the message is for, and those that follow it, through which a short file is carried at once
 * @param due the file that came to wait; it may be another's turn
 */
export async function runStages(deps: StageDeps, stages: Stages, due: StageMessage): Promise<void> {
  const [stage] = stages;
  const turn = await claimFairShare(deps, stage, due);
  if (turn === 'sent again') return;
  if (!turn) {
    const owner = await findOwnerOfFile(deps.db, due.fileId);
    if (owner) await tellStageOf(deps, owner, due);
    return;
  }
  const { userId, fileId, generation, holder, alongside } = turn;
  const claim: StageClaim = { userId, fileId, generation, status: stage.from, holder };
  let { leave } = turn;
  try {
    const file = await asUser(deps.db, userId, async (trx) => {
      const found = await findClaimed(trx, claim);
      if (found && !isSuspect(found)) await beginAttempt(trx, claim);
      return found;
    });
    // Deleted, or given newer bytes, since.
    if (!file) return;
    if (file.attempts >= MAX_INTERRUPTED) {
      await failInterrupted(deps, stage, claim);
      return;
    }
    await keepingClaim(deps, claim, async (signal) => {
      if (isSuspect(file)) {
        leave();
        leave = await deps.host.enterAlone();
        if (!(await asUser(deps.db, userId, (trx) => beginAttempt(trx, claim)))) return;
      }
      // A suspect stops everything else here: for no longer than for the stage that it may have ended before.
      await workThrough(deps, isSuspect(file) ? [stage] : stages, { file, claim, alongside, signal });
    });
  } finally {
    leave();
  }
}

/** The same for a file that is claimed already, its attempt noted. */
export function runClaimed(deps: StageDeps, stages: Stages, file: FileRow, claim: StageClaim): Promise<void> {
  return keepingClaim(deps, claim, (signal) => workThrough(deps, stages, { file, claim, alongside: 0, signal }));
}

function keepingClaim(deps: StageDeps, claim: StageClaim, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const { leaseSeconds } = deps.limits.stage;
  const extend = () => asUser(deps.db, claim.userId, (trx) => extendStageLease(trx, claim, leaseSeconds));
  return keepLease({ leaseSeconds, log: deps.log }, { extend, about: { fileId: claim.fileId } }, work);
}

type Work = Pick<StageRun, 'file' | 'claim' | 'alongside' | 'signal'>;

/** The stages one after the other, as long as the file is short and there is time. */
async function workThrough(deps: StageDeps, stages: readonly Stage[], first: Work): Promise<void> {
  let work: Work | undefined = first;
  for (const [at, stage] of stages.entries()) {
    work = await workOn(deps, stage, work, at + 1 < stages.length);
    if (!work) return;
  }
}

/** @returns what the next stage works on, where the file is carried on to it */
async function workOn(deps: StageDeps, stage: Stage, work: Work, mayCarryOn: boolean): Promise<Work | undefined> {
  const { file, claim, alongside, signal } = work;
  const message: StageMessage = { fileId: claim.fileId, generation: claim.generation };
  const deadline = Date.now() + stage.sliceMs;
  const timeIsUp = (): boolean => Date.now() >= deadline;
  try {
    const outcome = await stage.work({ file, claim, alongside, timeIsUp, signal });
    if (signal.aborted) return undefined;
    if (outcome === 'continue') {
      const isOurs = await asUser(deps.db, claim.userId, (trx) => releaseStage(trx, claim));
      if (isOurs) await deps.queue.send(stage.queue, message);
      return undefined;
    }
    if (mayCarryOn && !timeIsUp() && !deps.host.isAfterOutage()) {
      const short = { leaseSeconds: deps.limits.stage.leaseSeconds, most: CARRIED };
      const carried = await asUser(deps.db, claim.userId, (trx) => carryOn(trx, claim, stage.to, short));
      if (carried) return { ...work, file: carried, claim: { ...claim, status: stage.to } };
    }
    if (await asUser(deps.db, claim.userId, (trx) => finishStage(trx, claim, stage.to))) {
      await deps.queue.send(stage.next, message);
    }
    return undefined;
  } catch (error) {
    if (!signal.aborted) await settleFailure(deps, stage, claim, message, error);
    return undefined;
  }
}

async function failInterrupted(deps: StageDeps, stage: Stage, claim: StageClaim): Promise<void> {
  deps.log.warn({ fileId: claim.fileId, stage: stage.queue }, 'a file was given up because its workers died');
  await asUser(deps.db, claim.userId, (trx) =>
    failClaimed(trx, claim, {
      code: 'PROCESSING_FAILED',
      message: `The file could not be processed: the ${stage.queue} step stopped ${MAX_INTERRUPTED} times without an error, probably because the file needs more memory or time than is available. Reprocess the file, or split it into smaller files.`,
    }),
  );
}

async function settleFailure(
  deps: StageDeps,
  stage: Stage,
  claim: StageClaim,
  message: StageMessage,
  raw: unknown,
): Promise<void> {
  const error = isOfFileSystem(raw) ? raw : translatePostgresError(raw);
  if (error instanceof AppError && (error.retry === 'never' || stage.alsoFinal?.includes(error.code))) {
    const { code, message: sentence } = error;
    await asUser(deps.db, claim.userId, (trx) => failClaimed(trx, claim, { code, message: sentence }));
    return;
  }
  deps.log.warn({ err: error, fileId: claim.fileId, stage: stage.queue }, 'stage attempt failed');
  if (isOutage(error)) {
    deps.host.noteOutage();
    await asUser(deps.db, claim.userId, (trx) => releaseStage(trx, claim, OUTAGE_DELAY_SECONDS));
    await deps.queue.send(stage.queue, message, { delaySeconds: OUTAGE_DELAY_SECONDS });
    return;
  }
  const seconds = await asUser(deps.db, claim.userId, (trx) =>
    recordFailure(trx, claim, MAX_FAILURES, {
      code: 'PROCESSING_FAILED',
      message: `The file could not be processed: the ${stage.queue} step failed ${MAX_FAILURES} times.`,
    }),
  );
  if (seconds !== undefined) await deps.queue.send(stage.queue, message, { delaySeconds: seconds });
}

/** A missing file or program has the code of a missing database socket, and is no outage. */
function isOfFileSystem(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === 'ENOENT' &&
    'syscall' in error &&
    error.syscall !== 'connect'
  );
}
