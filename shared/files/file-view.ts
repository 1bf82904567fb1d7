import type { FileView } from '#shared/api/files.ts';
import type { FileWithOriginal } from '#shared/db/files-repository.ts';

/** A file as the interface shows it. A duplicate follows its original's status, error and progress. */
export function viewFile(file: FileWithOriginal): FileView {
  const state = file.original ?? { ...file, ready_at: file.ready_at?.toISOString() ?? null };
  return {
    id: file.id,
    filename: file.filename,
    contentType: file.content_type,
    size: file.size,
    sha256: file.sha256,
    source: file.source,
    status: state.status,
    error:
      state.status === 'FAILED' && state.error_code
        ? { code: state.error_code, message: state.error_message ?? '' }
        : null,
    progress: {
      pagesDone: state.pages_done,
      pages: state.pages,
      chunksSynced: state.chunks_synced,
      chunks: state.chunks,
    },
    warnings: state.warnings,
    language: state.language,
    generation: file.generation,
    ...(file.duplicate_of ? { duplicateOf: file.duplicate_of } : {}),
    ...(file.parent_id ? { parentId: file.parent_id, pathInParent: file.path_in_parent ?? file.filename } : {}),
    createdAt: file.created_at.toISOString(),
    readyAt: state.ready_at === null ? null : new Date(state.ready_at).toISOString(),
  };
}
