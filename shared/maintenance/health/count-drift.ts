import { z } from 'zod';
import { countSyncedByPerson } from '#shared/db/cross-tenant.ts';
import type { Db } from '#shared/db/database.ts';
import { findLiveIndex } from '#shared/db/embedding-indexes-repository.ts';
import type { Cache } from '#shared/ports/cache.ts';
import type { VectorIndex } from '#shared/ports/vector-index.ts';

const KEY = 'health:drift';
/** Anybody may ask for the health; counting every passage is not done for each of them. */
const KEPT_SECONDS = 15;
const MOST_PEOPLE = 100;
const kept = z.int().nullable();

/** Published passages less points in the vector store, over all people; null when there are too many to ask for each. */
export async function countDrift(deps: { db: Db; vectorIndex: VectorIndex; cache: Cache }): Promise<number | null> {
  const cached = await deps.cache.get(KEY);
  if (cached !== undefined) return kept.parse(JSON.parse(cached));
  const people = await countSyncedByPerson(deps.db, MOST_PEOPLE);
  let drift: number | null = null;
  if (people) {
    const live = await findLiveIndex(deps.db);
    const points = await Promise.all(
      people.map(({ userId }) => deps.vectorIndex.count(userId, undefined, live?.model)),
    );
    drift = people.reduce((sum, { chunks }, index) => sum + chunks - (points[index] ?? 0), 0);
  }
  await deps.cache.set(KEY, JSON.stringify(drift), KEPT_SECONDS);
  return drift;
}
