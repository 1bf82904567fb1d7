import { randomUUID } from 'node:crypto';
import type { Db } from '#shared/db/database.ts';
import {
  addSynced,
  type ClaimedChunk,
  claimPendingChunks,
  failExhaustedChunks,
  markSynced,
  postponeChunks,
} from '#shared/db/outbox-repository.ts';
import { failGeneration } from '#shared/db/pipeline-repository.ts';
import type { EmbeddingModel } from '#shared/ports/embedder.ts';
import type { VectorIndex } from '#shared/ports/vector-index.ts';
import { backoffSeconds } from './backoff.ts';
import { completeFile } from './complete-file.ts';

/** Points a request: 256 of 384 numbers are 2 MB of JSON. */
const BATCH = 256;

export interface PublishDeps {
  db: Db;
  vectorIndex: VectorIndex;
  log: { warn(details: object, message: string): void };
  leaseSeconds: number;
  maxAttempts: number;
  /** The longest a request to the vector store may run before the client gives it up. */
  clientTimeoutMs: number;
}

/** Publishes one batch of the outbox. @returns how many chunks were claimed; 0 when nothing is due */
export async function publishBatch(deps: PublishDeps): Promise<number> {
  const holder = randomUUID();
  const claimed = await claimPendingChunks(deps.db, holder, { limit: BATCH, leaseSeconds: deps.leaseSeconds });
  for (const chunks of groupByIndex(claimed)) {
    await publishGroup(deps, holder, chunks);
  }
  return claimed.length;
}

/** One request takes the points of one person and one model. */
function groupByIndex(chunks: readonly ClaimedChunk[]): ClaimedChunk[][] {
  return [...Map.groupBy(chunks, (chunk) => `${chunk.userId} ${chunk.model}`).values()];
}

async function publishGroup(deps: PublishDeps, holder: string, chunks: readonly ClaimedChunk[]): Promise<void> {
  const [first] = chunks;
  if (!first) return;
  const ids = chunks.map((chunk) => chunk.id);
  const model: EmbeddingModel = { id: first.model, dimensions: first.dense.length, maxTokens: 0 };
  try {
    await deps.vectorIndex.ensure(first.userId, model);
    await deps.vectorIndex.upsert(first.userId, model, chunks.map(toPoint));
  } catch (error) {
    await recordFailure(deps, holder, ids, first.attempts, error);
    return;
  }
  await deps.db.transaction().execute(async (trx) => {
    for (const file of await markSynced(trx, holder, ids)) {
      await addSynced(trx, file);
      await completeFile(trx, file.fileId, file.generation);
    }
  });
}

function toPoint(chunk: ClaimedChunk) {
  return {
    id: chunk.id,
    fileId: chunk.fileId,
    generation: chunk.generation,
    chunkIndex: chunk.chunkIndex,
    page: chunk.page,
    dense: chunk.dense,
    sparse: { indices: chunk.indices, values: chunk.weights },
  };
}

async function recordFailure(
  deps: PublishDeps,
  holder: string,
  ids: readonly string[],
  attempts: number,
  error: unknown,
): Promise<void> {
  deps.log.warn({ err: error, chunks: ids.length }, 'publishing failed');
  const reason = error instanceof Error ? error.message : String(error);
  await deps.db.transaction().execute(async (trx) => {
    await postponeChunks(trx, holder, ids, { delaySeconds: backoffSeconds(attempts), reason });
    for (const file of await failExhaustedChunks(trx, ids, deps.maxAttempts)) {
      await failGeneration(trx, file.fileId, file.generation, {
        code: 'INDEX_FAILED',
        message: `The search index refused the file ${deps.maxAttempts} times (${file.reason}); reprocess it later.`,
      });
    }
  });
}
