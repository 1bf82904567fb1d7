import { createHash } from 'node:crypto';
import { type Cache, personKey } from '#shared/ports/cache.ts';
import type { Embedder, EmbeddingModel } from '#shared/ports/embedder.ts';
import { assertDimensions } from './assert-dimensions.ts';

/** Long enough for a document that is edited all week: what stayed the same in it is not embedded again. */
const KEPT_SECONDS = 7 * 86_400;
const FLOAT_BYTES = 4;

/**
 * One vector a text, in order. A text that occurs several times, or that this person's documents held before, is embedded
 * once. Nobody else's texts are looked at: how long an answer takes would tell of them.
 * @throws AppError as Embedder.embedPassages
 */
export async function embedOnce(
  { embedder, cache }: { embedder: Embedder; cache: Cache },
  userId: string,
  model: EmbeddingModel,
  texts: readonly string[],
): Promise<number[][]> {
  const keys = texts.map((text) => personKey(userId, 'vector', model.id, hashOf(text)));
  const wanted = new Map(keys.map((key, index) => [key, texts[index] ?? '']));
  const vectors = new Map<string, number[]>();
  await Promise.all([...wanted.keys()].map(async (key) => remember(key, await cache.get(key))));

  function remember(key: string, value: string | undefined): void {
    const vector = value === undefined ? undefined : unpack(value);
    if (vector?.length === model.dimensions) vectors.set(key, vector);
  }

  const missing = [...wanted].filter(([key]) => !vectors.has(key));
  const made = missing.length === 0 ? [] : await embedder.embedPassages(missing.map(([, text]) => text));
  await Promise.all(
    missing.map(async ([key], index) => {
      const vector = assertDimensions(made[index], model);
      vectors.set(key, vector);
      await cache.set(key, pack(vector), KEPT_SECONDS);
    }),
  );
  return keys.map((key) => assertDimensions(vectors.get(key), model));
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** 384 numbers are 2 KB so, and 8 KB as JSON. */
function pack(vector: readonly number[]): string {
  return Buffer.from(Float32Array.from(vector).buffer).toString('base64');
}

function unpack(value: string): number[] {
  const bytes = Buffer.from(value, 'base64');
  return Array.from({ length: Math.floor(bytes.length / FLOAT_BYTES) }, (_, index) =>
    bytes.readFloatLE(index * FLOAT_BYTES),
  );
}
