import type { ChunkVectors, UnembeddedChunk } from '#shared/db/chunks-repository.ts';
import { embeddingText } from '#shared/domain/chunk.ts';
import type { SparseVector } from '#shared/ports/sparse-embedder.ts';
import { createPassageEncoder } from '#shared/text/sparse-bm25.ts';

/**
 * The vectors of passages, in their order: the dense ones from `embed`, which answers one a text, the sparse ones from
 * `embedSparse` where a model makes them.
 * @throws as `embed` and `embedSparse`
 */
export async function makeVectors(
  chunks: readonly UnembeddedChunk[],
  embed: (texts: readonly string[]) => Promise<number[][]>,
  embedSparse: ((texts: readonly string[]) => Promise<SparseVector[]>) | undefined,
): Promise<ChunkVectors[]> {
  const texts = chunks.map((chunk) => embeddingText({ headingPath: chunk.heading_path, text: chunk.content }));
  const dense = await embed(texts);
  const sparse = embedSparse ? await embedSparse(texts) : encodeWords(chunks, texts);
  return chunks.map((chunk, index) => ({
    id: chunk.id,
    dense: dense[index] ?? [],
    sparse: sparse[index] ?? { indices: [], values: [] },
  }));
}

function encodeWords(chunks: readonly UnembeddedChunk[], texts: readonly string[]): SparseVector[] {
  const encode = createPassageEncoder();
  return chunks.map(({ language }, index) => encode(texts[index] ?? '', language));
}
