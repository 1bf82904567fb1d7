import { randomUUID } from 'node:crypto';
import { asUser } from '#shared/db/as-user.ts';
import {
  findLiveGeneration,
  holdGeneration,
  type LiveGeneration,
  listStoredPassages,
  listStoredPictures,
  noteBackfilled,
  releaseGeneration,
  type StoredPlace,
} from '#shared/db/backfill-repository.ts';
import type { Db } from '#shared/db/database.ts';
import { listStoredModels, type TextIndex } from '#shared/db/embedding-indexes-repository.ts';
import { lockFiles } from '#shared/db/files-repository.ts';
import { noteSendings, settleSendings } from '#shared/db/sendings-repository.ts';
import { passageRoom } from '#shared/models/models.ts';
import { makeVectors } from '#shared/pipeline/embed/make-vectors.ts';
import type { OutboxLimits } from '#shared/pipeline/publish/outbox-limits.ts';
import type { Embedder, EmbeddingModel } from '#shared/ports/embedder.ts';
import type { ChunkPoint, PicturePoint, VectorIndex } from '#shared/ports/vector-index.ts';

/** As the embed stage takes them. */
const PASSAGES_AT_ONCE = 64;
const PICTURES_AT_ONCE = 100;

export interface BackfillDeps {
  db: Db;
  vectorIndex: VectorIndex;
  /** Of the index that is filled. */
  embedder: Embedder;
  /** A deletion waits as long for a process that died while it filled as for one that published. */
  limits: { outbox: Pick<OutboxLimits, 'leaseSeconds'> };
}

export interface BackfillTarget {
  index: TextIndex;
  model: EmbeddingModel;
}

/** What is under way with one generation of a file. */
interface Run extends BackfillTarget {
  generation: LiveGeneration;
  /** Prolongs the lease. @returns false when the generation is not searched any more */
  hold(): Promise<boolean>;
}

/**
 * Puts the searched generation of a file into another model's index: vectors made anew of its passages, those of its
 * pictures as they are. Ids are the same, so that it may be repeated; a deletion of the file waits until it is done.
 * @returns gone when the file is not searched any more, busy when another process is, or lately was, at it
 * @throws AppError as the embedder and the vector index do
 */
export async function backfillFile(
  deps: BackfillDeps,
  target: BackfillTarget,
  { userId, fileId }: { userId: string; fileId: string },
): Promise<'done' | 'busy' | 'gone'> {
  const holder = randomUUID();
  const { leaseSeconds } = deps.limits.outbox;
  const generation = await asUser(deps.db, userId, (trx) => findLiveGeneration(trx, userId, fileId));
  if (!generation) return 'gone';
  let heldUntil = Number.POSITIVE_INFINITY;
  let isUnbroken = true;
  const hold = () => {
    isUnbroken &&= performance.now() < heldUntil;
    heldUntil = performance.now() + leaseSeconds * 1_000;
    return asUser(deps.db, userId, async (trx) => {
      const held = await holdGeneration(trx, generation, holder, leaseSeconds);
      if (held) await noteSendings(trx, userId, holder, [generation], leaseSeconds);
      return held;
    });
  };
  if (!(await hold())) return 'busy';
  const run: Run = { ...target, generation, hold };
  const cut = await putPassages(deps, run);
  const isWhole = cut !== undefined && (await putPictures(deps, run));
  // Not after an error: a request that was given up may still land.
  await asUser(deps.db, userId, async (trx) => {
    await lockFiles(trx, userId, [fileId]);
    await settleSendings(trx, userId, holder, [generation], isUnbroken && performance.now() < heldUntil);
    if (isWhole) await noteBackfilled(trx, generation, target.index.id, cut);
    await releaseGeneration(trx, generation, holder);
  });
  return isWhole ? 'done' : 'gone';
}

/** @returns how many are longer than the model reads; undefined when the lease is lost */
async function putPassages(deps: BackfillDeps, { generation, model, hold }: Run): Promise<number | undefined> {
  const { userId } = generation;
  const { sparse } = deps.embedder;
  const room = passageRoom(model);
  let cut = 0;
  const embed = async (texts: readonly string[]): Promise<number[][]> => {
    cut += (await deps.embedder.countTokens(texts)).filter((tokens) => tokens > room).length;
    return deps.embedder.embedPassages(texts);
  };
  for (let from = 0; ; ) {
    const start = from;
    const passages = await asUser(deps.db, userId, (trx) =>
      listStoredPassages(trx, generation, start, PASSAGES_AT_ONCE),
    );
    const last = passages.at(-1);
    if (!last) return cut;
    const vectors = await makeVectors(passages, embed, sparse && ((texts) => sparse.embed(texts)));
    await deps.vectorIndex.ensure(userId, model);
    if (!(await hold())) return undefined;
    const points = passages.map((passage, at): ChunkPoint => {
      const { dense = [], sparse = { indices: [], values: [] } } = vectors[at] ?? {};
      return { ...placeOf(generation, passage), dense, sparse };
    });
    await deps.vectorIndex.upsert(userId, model, points);
    from = last.chunk_index + 1;
  }
}

/** @returns false when the lease is lost. A picture that no index holds stays found by its words. */
async function putPictures(deps: BackfillDeps, { generation, index, model, hold }: Run): Promise<boolean> {
  const { userId } = generation;
  const pictures = await asUser(deps.db, userId, (trx) => listStoredPictures(trx, generation));
  if (pictures.length === 0) return true;
  const stored = await listStoredModels(deps.db);
  const sources = [index.model, ...stored.filter((each) => each !== index.model)];
  for (let at = 0; at < pictures.length; at += PICTURES_AT_ONCE) {
    const wanted = new Map(pictures.slice(at, at + PICTURES_AT_ONCE).map((picture) => [picture.id, picture]));
    const points: PicturePoint[] = [];
    for (const source of sources) {
      if (wanted.size === 0) break;
      for (const [id, image] of await deps.vectorIndex.readPictures(userId, source, [...wanted.keys()])) {
        const picture = wanted.get(id);
        if (picture && source !== index.model) points.push({ ...placeOf(generation, picture), image });
        wanted.delete(id);
      }
    }
    await deps.vectorIndex.ensure(userId, model, points[0]?.image.length);
    if (!(await hold())) return false;
    await deps.vectorIndex.upsert(userId, model, points);
  }
  return true;
}

function placeOf({ fileId, generation }: LiveGeneration, { id, chunk_index, page }: StoredPlace) {
  return { id, fileId, generation, chunkIndex: chunk_index, page };
}
