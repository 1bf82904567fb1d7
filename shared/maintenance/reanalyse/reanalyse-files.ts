import { buildSegment } from '#shared/bm25/segment.ts';
import {
  type AnalysedSegment,
  deleteSegment,
  findSegmentToAnalyse,
  listFilesToAnalyse,
  listSegmentPassages,
} from '#shared/db/analysis-repository.ts';
import { asUser } from '#shared/db/as-user.ts';
import { insertBm25Segment } from '#shared/db/bm25-repository.ts';
import type { Db } from '#shared/db/database.ts';
import { listStoredModels } from '#shared/db/embedding-indexes-repository.ts';
import { lockFiles } from '#shared/db/files-repository.ts';
import { raiseIndexVersion } from '#shared/db/users-repository.ts';
import { embeddingText } from '#shared/domain/chunk.ts';
import { BM25, partsOf } from '#shared/models/index-model.ts';
import type { VectorIndex } from '#shared/ports/vector-index.ts';
import { ANALYSIS } from '#shared/text/analysis.ts';
import { createPassageEncoder } from '#shared/text/sparse-bm25.ts';

const FILES = 50;
const SLICE_MS = 15_000;

export interface ReanalyseDeps {
  db: Db;
  vectorIndex: VectorIndex;
}

/**
 * Makes the terms anew of files that were indexed by older rules, in the keyword index and in the sparse vectors, as many
 * as fit into the time. Passages, dense vectors and ids stay. Files on their way through the pipeline wait until they are
 * READY.
 * @returns how many files are done
 * @throws AppError DEPENDENCY_UNAVAILABLE
 */
export async function reanalyseFiles(deps: ReanalyseDeps, sliceMs = SLICE_MS): Promise<number> {
  const deadline = Date.now() + sliceMs;
  let done = 0;
  for (let after: string | undefined; ; ) {
    const files = await listFilesToAnalyse(deps.db, ANALYSIS, after, FILES);
    for (const { userId, fileId } of files) {
      if (!(await reanalyseFile(deps, userId, fileId, deadline))) return done;
      done += 1;
    }
    after = files.at(-1)?.fileId;
    if (files.length < FILES) return done;
  }
}

/** @returns false when the time is up before the end of the file */
async function reanalyseFile(deps: ReanalyseDeps, userId: string, fileId: string, deadline: number): Promise<boolean> {
  while (Date.now() < deadline) {
    const segment = await asUser(deps.db, userId, (trx) => findSegmentToAnalyse(trx, userId, fileId, ANALYSIS));
    if (!segment) return true;
    await reanalyseSegment(deps, userId, fileId, segment);
  }
  return false;
}

/** The vectors first: what is noted as done is done in both. Writing either twice changes nothing. */
async function reanalyseSegment(
  { db, vectorIndex }: ReanalyseDeps,
  userId: string,
  fileId: string,
  segment: AnalysedSegment,
): Promise<void> {
  const rows = await asUser(db, userId, (trx) => listSegmentPassages(trx, userId, fileId, segment));
  const passages = rows.map(({ id, heading_path, content, language }) => ({
    id,
    text: embeddingText({ headingPath: heading_path, text: content }),
    language,
  }));
  const encode = createPassageEncoder();
  const points = passages.map(({ id, text, language }) => ({ id, sparse: encode(text, language) }));
  for (const model of await listStoredModels(db)) {
    if (partsOf(model).sparse === BM25) await vectorIndex.replaceSparse(userId, model, points);
  }
  const { generation, firstChunk } = segment;
  await asUser(db, userId, async (trx) => {
    await lockFiles(trx, userId, [fileId]);
    // Gone with its file, or its generation.
    if (!(await deleteSegment(trx, userId, segment.id))) return;
    await insertBm25Segment(trx, { userId, fileId, generation, firstChunk, ...buildSegment(passages) });
    await raiseIndexVersion(trx, userId);
  });
}
