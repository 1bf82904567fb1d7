import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Cache, personKey } from '#shared/ports/cache.ts';

const KEPT_SECONDS = 3_600;
const cachedVector = z.array(z.number());

/** Where a person's question is kept as a model sees it. @param kind of vector, so that those of two legs stay apart */
export function questionKey(userId: string, kind: string, model: string, question: string | Uint8Array): string {
  return personKey(userId, kind, model, createHash('sha256').update(question).digest('base64url'));
}

/** The vector kept under this key, else the one `make` answers, which is kept from then on. */
export function vectorFromCache(cache: Cache, key: string, make: () => Promise<number[]>): Promise<number[]> {
  return throughCache(cache, key, cachedVector, make);
}

/** As {@link vectorFromCache}, for vectors of any form. */
export async function throughCache<Vector>(
  cache: Cache,
  key: string,
  schema: z.ZodType<Vector>,
  make: () => Promise<Vector>,
): Promise<Vector> {
  const cached = await cache.get(key);
  if (cached !== undefined) return schema.parse(JSON.parse(cached));
  const vector = await make();
  await cache.set(key, JSON.stringify(vector), KEPT_SECONDS);
  return vector;
}
