import { z } from 'zod';

const answerSchema = z.object({
  data: z.array(z.looseObject({ index: z.number().int().min(0).optional(), embedding: z.unknown() })),
});

/** Base64 of little-endian float32, or plain numbers. */
function decode(embedding: unknown): number[] | undefined {
  if (typeof embedding === 'string') {
    const bytes = Buffer.from(embedding, 'base64');
    if (bytes.length === 0 || bytes.length % 4 !== 0) return undefined;
    return Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(i * 4));
  }
  if (!Array.isArray(embedding) || embedding.length === 0) return undefined;
  return embedding.every((value) => typeof value === 'number') ? embedding : undefined;
}

function normalise(vector: readonly number[]): number[] | undefined {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return Number.isFinite(length) && length > 0 ? vector.map((value) => value / length) : undefined;
}

/**
 * The vectors of an OpenAI embeddings answer, of unit length and in the order of the inputs, which is told by `index`
 * and not by place. Undefined when the answer is anything else than one usable vector for each of the `count` inputs.
 */
export function vectorsOf(body: unknown, count: number): number[][] | undefined {
  const parsed = answerSchema.safeParse(body);
  if (!parsed.success || parsed.data.data.length !== count) return undefined;
  const vectors = new Map<number, number[]>();
  for (const [place, { index, embedding }] of parsed.data.data.entries()) {
    const vector = normalise(decode(embedding) ?? []);
    if (vector === undefined) return undefined;
    vectors.set(index ?? place, vector);
  }
  const ordered: number[][] = [];
  for (let i = 0; i < count; i += 1) {
    const vector = vectors.get(i);
    if (vector === undefined) return undefined;
    ordered.push(vector);
  }
  return ordered;
}
