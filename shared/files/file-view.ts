import type { FileView } from '#shared/api/files.ts';
import type { FileWithOriginal, OriginalState } from '#shared/db/files-repository.ts';
import type { FileRow } from '#shared/db/schema.ts';

/** A file as the interface shows it. A duplicate follows its original's status, error and progress. */
export function viewFile(file: FileWithOriginal): FileView {
  const state = file.original ?? file;
  return {
    id: file.id,
    filename: file.filename,
    contentType: file.content_type,
    size: file.size,
    sha256: file.sha256,
    source: file.source,
    status: state.status,
    waiting: isWaiting(state),
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

/** A worker holds a lease on the file for as long as it is at work on it. */
function isWaiting({ status, lease_expires_at }: FileRow | OriginalState): boolean {
  if (status === 'READY' || status === 'FAILED') return false;
  return lease_expires_at === null || new Date(lease_expires_at).getTime() <= Date.now();
}
