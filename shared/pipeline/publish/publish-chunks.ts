import { randomUUID } from 'node:crypto';
import { asUser } from '#shared/db/as-user.ts';
import type { Db } from '#shared/db/database.ts';
import { listTextIndexes } from '#shared/db/embedding-indexes-repository.ts';
import { lockFiles } from '#shared/db/files-repository.ts';
import {
  addSynced,
  type ClaimedChunk,
  claimPendingChunks,
  markSynced,
  releaseLease,
  renewLease,
} from '#shared/db/outbox-repository.ts';
import { noteSendings, type SentGeneration, settleSendings } from '#shared/db/sendings-repository.ts';
import { isOutage } from '#shared/errors/app-error.ts';
import type { EmbeddingModel } from '#shared/ports/embedder.ts';
import type { Log } from '#shared/ports/log.ts';
import type { IndexPoint, VectorIndex } from '#shared/ports/vector-index.ts';
import { completeFiles } from './complete-file.ts';
import type { OutboxLimits } from './outbox-limits.ts';
import { settlePublishFailure } from './settle-publish-failure.ts';

/** Points a request: 256 of 384 numbers are 2 MB of JSON. */
const BATCH = 256;

export interface PublishDeps {
  db: Db;
  vectorIndex: VectorIndex;
  log: Log;
  limits: { outbox: OutboxLimits };
}

export interface PublishedBatch {
  /** How many chunks were claimed, 0 when nothing is due. */
  claimed: number;
  /** Whose they are. */
  files: SentGeneration[];
  /** Whether the vector store was away, which ends the batch. */
  outage: boolean;
}

/** Publishes one batch of the outbox. */
export async function publishBatch(deps: PublishDeps): Promise<PublishedBatch> {
  const holder = randomUUID();
  const leaseEnd = Date.now() + deps.limits.outbox.leaseSeconds * 1_000;
  const claimed = await claimPendingChunks(deps.db, holder, {
    limit: BATCH,
    leaseSeconds: deps.limits.outbox.leaseSeconds,
  });
  const groups = groupByIndex(claimed);
  let outage = false;
  const failures: unknown[] = [];
  for (const [place, chunks] of groups.entries()) {
    // Groups that the lease did not last for are anyone's again.
    if (Date.now() >= leaseEnd) break;
    // What goes wrong with one person's does not hold up the others'; its lease ends, and it is published again.
    const outcome = await publishGroup(deps, holder, chunks).catch((error: unknown) => {
      deps.log.warn({ err: error, chunks: chunks.length }, 'published passages could not be recorded');
      failures.push(error);
    });
    outage = outcome === 'outage';
    if (!outage) continue;
    await giveBack(deps.db, holder, groups.slice(place + 1).flat());
    break;
  }
  if (failures.length > 0) throw failures[0];
  return { claimed: claimed.length, files: generationsOf(claimed), outage };
}

/** One request takes the points of one person and one model. */
function groupByIndex(chunks: readonly ClaimedChunk[]): ClaimedChunk[][] {
  return [...Map.groupBy(chunks, (chunk) => `${chunk.userId} ${chunk.model}`).values()];
}

function idsOf(chunks: readonly ClaimedChunk[]): string[] {
  return chunks.map((chunk) => chunk.id);
}

async function giveBack(db: Db, holder: string, chunks: readonly ClaimedChunk[]): Promise<void> {
  for (const [userId, own] of Map.groupBy(chunks, (chunk) => chunk.userId)) {
    await asUser(db, userId, (trx) => releaseLease(trx, holder, idsOf(own)));
  }
}

type Outcome = 'published' | 'refused' | 'outage';

/** All files of a group go together; when they are refused, one by one, so that a bad file does not hold up the others. */
async function publishGroup(deps: PublishDeps, holder: string, chunks: readonly ClaimedChunk[]): Promise<Outcome> {
  const files = [...Map.groupBy(chunks, (chunk) => chunk.fileId).values()];
  const together = await attempt(deps, holder, chunks, files.length === 1);
  if (together !== 'refused' || files.length === 1) return together;
  for (const [place, file] of files.entries()) {
    if ((await attempt(deps, holder, file, true)) !== 'outage') continue;
    await giveBack(deps.db, holder, files.slice(place + 1).flat());
    return 'outage';
  }
  return 'refused';
}

async function attempt(
  deps: PublishDeps,
  holder: string,
  chunks: readonly ClaimedChunk[],
  countRefusal: boolean,
): Promise<Outcome> {
  const [first] = chunks;
  if (!first) return 'published';
  let points: ClaimedChunk[];
  let leaseEnd = 0;
  try {
    const model = await modelOf(deps.db, first.model, chunks);
    const picture = chunks.find(isPicture);
    await deps.vectorIndex.ensure(first.userId, model, picture?.dense.length);
    // Other groups and making the place took their time: what is sent now is covered by a lease of full length.
    // By a clock that nobody sets, and from before the database began to count.
    leaseEnd = performance.now() + deps.limits.outbox.leaseSeconds * 1_000;
    points = await asUser(deps.db, first.userId, async (trx) => {
      const held = await renewLease(trx, holder, idsOf(chunks), deps.limits.outbox.leaseSeconds);
      const mine = chunks.filter((chunk) => held.has(chunk.id));
      await noteSendings(trx, first.userId, holder, generationsOf(mine), deps.limits.outbox.leaseSeconds);
      return mine;
    });
    // A process that stood still here has lost its lease, and its note says so in time.
    if (points.length === 0 || performance.now() >= leaseEnd) return 'published';
    await deps.vectorIndex.upsert(first.userId, model, points.map(toPoint));
  } catch (error) {
    deps.log.warn({ err: error, chunks: chunks.length }, 'publishing failed');
    const isAway = isOutage(error);
    if (isAway || countRefusal)
      await settlePublishFailure(deps, first.userId, holder, chunks, isAway ? 'outage' : error);
    return isAway ? 'outage' : 'refused';
  }
  await settlePublished(deps, first.userId, holder, points, performance.now() < leaseEnd);
  return 'published';
}

/** Each generation of a file once. */
function generationsOf(chunks: readonly ClaimedChunk[]): SentGeneration[] {
  return [...new Map(chunks.map((chunk) => [`${chunk.fileId}/${chunk.generation}`, chunk])).values()];
}

const isPicture = (chunk: ClaimedChunk): boolean => chunk.chunkIndex < 0;

/** The model whose index takes the chunks; pictures alone do not tell how long its vectors are. */
async function modelOf(db: Db, id: string, chunks: readonly ClaimedChunk[]): Promise<EmbeddingModel> {
  const passage = chunks.find((chunk) => !isPicture(chunk));
  const dimensions = passage?.dense.length ?? (await listTextIndexes(db)).find(({ model }) => model === id)?.dimensions;
  if (dimensions === undefined) throw new Error('Pictures are waiting for an index that has no text model recorded');
  return { id, dimensions, maxTokens: 0 };
}

async function settlePublished(
  deps: PublishDeps,
  userId: string,
  holder: string,
  chunks: readonly ClaimedChunk[],
  held: boolean,
): Promise<void> {
  await asUser(deps.db, userId, async (trx) => {
    await lockFiles(trx, userId, [...new Set(chunks.map((chunk) => chunk.fileId))]);
    // A tombstone that was carried out while the lease was lost did not see these points.
    await settleSendings(trx, userId, holder, generationsOf(chunks), held);
    const files = await markSynced(trx, holder, idsOf(chunks));
    for (const file of files) await addSynced(trx, file);
    await completeFiles(trx, userId, files);
  });
}

function toPoint(chunk: ClaimedChunk): IndexPoint {
  const { id, fileId, generation, chunkIndex, page } = chunk;
  const place = { id, fileId, generation, chunkIndex, page };
  if (isPicture(chunk)) return { ...place, image: chunk.dense };
  return { ...place, dense: chunk.dense, sparse: { indices: chunk.indices ?? [], values: chunk.weights ?? [] } };
}
