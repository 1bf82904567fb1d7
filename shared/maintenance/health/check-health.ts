import type { HealthView } from '#shared/api/system.ts';
import { outboxDepth } from '#shared/db/cross-tenant.ts';
import { type Db, pingDatabase } from '#shared/db/database.ts';
import { findLiveIndex } from '#shared/db/embedding-indexes-repository.ts';
import { partsOf } from '#shared/models/index-model.ts';
import { embedderInUse } from '#shared/models/live-model.ts';
import { HASHING_MODEL_ID } from '#shared/models/models.ts';
import type { Cache } from '#shared/ports/cache.ts';
import type { Embedder, Embedders } from '#shared/ports/embedder.ts';
import type { Log } from '#shared/ports/log.ts';
import type { ObjectStorage } from '#shared/ports/object-storage.ts';
import type { Queue } from '#shared/ports/queue.ts';
import type { VectorIndex } from '#shared/ports/vector-index.ts';
import { countDrift } from './count-drift.ts';

/** A part that has not answered by then counts as down. */
const PROBE_LIMIT_MS = 3_000;

export interface HealthDeps {
  db: Db;
  storage: ObjectStorage;
  queue: Queue;
  vectorIndex: VectorIndex;
  cache: Cache;
  embedders: Embedders;
  log: Log;
}

type Dependency = HealthView['dependencies'][string];

/** Asks every part of the system at once. */
export async function checkHealth(deps: HealthDeps): Promise<HealthView> {
  const probes: Record<string, () => Promise<unknown>> = {
    postgres: () => pingDatabase(deps.db),
    storage: () => deps.storage.ping(),
    queue: () => deps.queue.ping(),
    qdrant: () => deps.vectorIndex.ping(),
    embedder: async () => (await findEmbedder(deps)).describe(),
    ...(deps.cache.isShared ? { cache: () => deps.cache.ping() } : {}),
  };
  const entries = await Promise.all(
    Object.entries(probes).map(async ([name, ask]) => [name, await probe(deps, name, ask)] as const),
  );
  const dependencies: HealthView['dependencies'] = Object.fromEntries(entries);
  if (!deps.cache.isShared) dependencies.cache = { status: 'off', latencyMs: null };

  const databaseUp = dependencies.postgres?.status === 'up';
  return {
    status: Object.values(dependencies).some((part) => part.status === 'down') ? 'degraded' : 'ok',
    dependencies,
    embedding: dependencies.embedder?.status === 'up' ? await describeEmbedding(deps, databaseUp) : null,
    outbox: databaseUp ? await describeOutbox(deps, dependencies.qdrant?.status === 'up') : null,
  };
}

async function probe(deps: HealthDeps, name: string, ask: () => Promise<unknown>): Promise<Dependency> {
  const begun = performance.now();
  const limit = Promise.withResolvers<never>();
  const timer = setTimeout(() => limit.reject(new Error(`no response within ${PROBE_LIMIT_MS} ms`)), PROBE_LIMIT_MS);
  try {
    await Promise.race([ask(), limit.promise]);
    return { status: 'up', latencyMs: Math.round((performance.now() - begun) * 10) / 10 };
  } catch (error) {
    deps.log.warn({ err: error, part: name }, 'a part of the system is down');
    return { status: 'down', latencyMs: null };
  } finally {
    clearTimeout(timer);
  }
}

/** Without the database, which has a line of its own, nothing tells whether another model took over. */
function findEmbedder(deps: HealthDeps): Promise<Embedder> {
  return embedderInUse(deps).catch(() => deps.embedders.of(deps.embedders.chosen));
}

async function describeOutbox(deps: HealthDeps, storeUp: boolean): Promise<HealthView['outbox']> {
  const [depth, drift] = await Promise.all([outboxDepth(deps.db), storeUp ? countDrift(deps) : null]);
  return { ...depth, drift };
}

async function describeEmbedding(deps: HealthDeps, databaseUp: boolean): Promise<HealthView['embedding']> {
  const model = await (await findEmbedder(deps)).describe();
  const live = databaseUp ? await findLiveIndex(deps.db) : undefined;
  return {
    model: model.id,
    dimensions: model.dimensions,
    builtIn: partsOf(model.id).dense === HASHING_MODEL_ID,
    indexModel: live?.model ?? null,
  };
}
