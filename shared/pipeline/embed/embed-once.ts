import { createHash } from 'node:crypto';
import { AppError } from '#shared/errors/app-error.ts';
import { partsOf } from '#shared/models/index-model.ts';
import { type Cache, personKey } from '#shared/ports/cache.ts';
import type { Embedder, EmbeddingModel } from '#shared/ports/embedder.ts';
import type { SparseEmbedder, SparseVector } from '#shared/ports/sparse-embedder.ts';

/** Long enough for a document that is edited all week: what stayed the same in it is not embedded again. */
const KEPT_SECONDS = 7 * 86_400;

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
  const made = await makeOnce<number[]>(cache, {
    keys: texts.map((text) => personKey(userId, 'vector', partsOf(model.id).dense, hashOf(text))),
    texts,
    make: async (missing) => (await embedder.embedPassages(missing)).map((vector) => assertDimensions(vector, model)),
    pack: packNumbers,
    unpack(value) {
      const vector = unpackNumbers(value);
      return vector.length === model.dimensions ? vector : undefined;
    },
  });
  return made.map((vector) => assertDimensions(vector, model));
}

/** As {@link embedOnce}, the sparse vectors of a model that makes them. @throws AppError as SparseEmbedder.embed */
export async function embedSparseOnce(
  { sparse, cache }: { sparse: SparseEmbedder; cache: Cache },
  userId: string,
  texts: readonly string[],
): Promise<SparseVector[]> {
  const made = await makeOnce(cache, {
    keys: texts.map((text) => personKey(userId, 'sparse-vector', sparse.modelId, hashOf(text))),
    texts,
    make: (missing) => sparse.embed(missing),
    pack: packSparse,
    unpack: unpackSparse,
  });
  return made.map((vector) => vector ?? { indices: [], values: [] });
}

interface Making<Vector> {
  /** Of each text, the same for the same text. */
  keys: readonly string[];
  texts: readonly string[];
  make(texts: readonly string[]): Promise<readonly Vector[]>;
  pack(vector: Vector): string;
  /** Undefined for what is of no use any more. */
  unpack(value: string): Vector | undefined;
}

async function makeOnce<Vector>(
  cache: Cache,
  { keys, texts, make, pack, unpack }: Making<Vector>,
): Promise<(Vector | undefined)[]> {
  const wanted = new Map(keys.map((key, index) => [key, texts[index] ?? '']));
  const vectors = new Map<string, Vector>();
  await Promise.all(
    [...wanted.keys()].map(async (key) => {
      const value = await cache.get(key);
      const vector = value === undefined ? undefined : unpack(value);
      if (vector !== undefined) vectors.set(key, vector);
    }),
  );
  const missing = [...wanted].filter(([key]) => !vectors.has(key));
  const made = missing.length === 0 ? [] : await make(missing.map(([, text]) => text));
  await Promise.all(
    missing.map(async ([key], index) => {
      const vector = made[index];
      if (vector === undefined) return;
      vectors.set(key, vector);
      await cache.set(key, pack(vector), KEPT_SECONDS);
    }),
  );
  return keys.map((key) => vectors.get(key));
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** @throws AppError EMBEDDING_SIZE_MISMATCH that names both sizes */
function assertDimensions(vector: number[] | undefined, model: EmbeddingModel): number[] {
  if (vector?.length === model.dimensions) return vector;
  throw new AppError('EMBEDDING_SIZE_MISMATCH', {
    detail: `${model.id} returned a vector of ${vector?.length ?? 0} dimensions; the index holds ${model.dimensions}.`,
  });
}

const BYTES = 4;

/** 384 numbers are 2 KB so, and 8 KB as JSON. */
function packNumbers(vector: readonly number[]): string {
  return Buffer.from(Float32Array.from(vector).buffer).toString('base64');
}

function unpackNumbers(value: string): number[] {
  const bytes = Buffer.from(value, 'base64');
  return Array.from({ length: Math.floor(bytes.length / BYTES) }, (_, index) => bytes.readFloatLE(index * BYTES));
}

/** All indices, then all values. */
function packSparse({ indices, values }: SparseVector): string {
  const parts = [Uint32Array.from(indices), Float32Array.from(values)];
  return Buffer.concat(parts.map(({ buffer }) => Buffer.from(buffer))).toString('base64');
}

function unpackSparse(value: string): SparseVector {
  const bytes = Buffer.from(value, 'base64');
  const length = Math.floor(bytes.length / BYTES / 2);
  return {
    indices: Array.from({ length }, (_, index) => bytes.readUInt32LE(index * BYTES)),
    values: Array.from({ length }, (_, index) => bytes.readFloatLE((length + index) * BYTES)),
  };
}
