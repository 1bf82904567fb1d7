import { chunkId } from '#shared/domain/ids.ts';

/** Rows of `chunks` for so many passages on one page of a file, as the chunk stage would write them. */
export function passageRows(file: { userId: string; fileId: string; generation: number }, texts: readonly string[]) {
  return texts.map((content, chunk_index) => ({
    id: chunkId(file.fileId, file.generation, chunk_index),
    user_id: file.userId,
    file_id: file.fileId,
    generation: file.generation,
    chunk_index,
    page: 1,
    char_start: 0,
    char_end: content.length,
    heading_path: '[]',
    content,
    tokens: 1,
  }));
}
