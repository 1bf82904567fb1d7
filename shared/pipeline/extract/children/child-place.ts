import type { FileRow } from '#shared/db/schema.ts';
import { filenameOrUnnamed } from '#shared/domain/filename.ts';
import { childFileId } from '#shared/domain/ids.ts';
import type { ListedChild } from '#shared/formats/with-children.ts';

/** Where a child stands: what is known of it before its bytes are. */
export interface ChildPlace {
  id: string;
  path: string;
  filename: string;
  declaredContentType: string | undefined;
  rootId: string;
  depth: number;
}

export function childPlace(parent: FileRow, { path, contentType }: ListedChild): ChildPlace {
  return {
    id: childFileId(parent.id, path),
    path,
    filename: filenameOrUnnamed(path),
    declaredContentType: contentType,
    rootId: parent.root_id ?? parent.id,
    depth: parent.depth + 1,
  };
}
