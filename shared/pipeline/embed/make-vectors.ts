import type { ChunkVectors, UnembeddedChunk } from '#shared/db/chunks-repository.ts';
import { embeddingText } from '#shared/pipeline/chunk/chunk.ts';
import { createPassageEncoder } from './sparse-bm25.ts';

/** The vectors of passages, in their order: the dense ones from `embed`, which answers one a text. @throws as `embed` */
export async function makeVectors(
  chunks: readonly UnembeddedChunk[],
  embed: (texts: readonly string[]) => Promise<number[][]>,
): Promise<ChunkVectors[]> {
  const texts = chunks.map((chunk) => embeddingText({ headingPath: chunk.heading_path, text: chunk.content }));
  const dense = await embed(texts);
  const encodeSparse = createPassageEncoder();
  return chunks.map((chunk, index) => ({
    id: chunk.id,
    dense: dense[index] ?? [],
    sparse: encodeSparse(texts[index] ?? '', chunk.language),
  }));
}
