import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { asUser } from '#shared/db/as-user.ts';
import { findTakenChildren } from '#shared/db/children-repository.ts';
import { lockFilesOf } from '#shared/db/files-repository.ts';
import { updateClaimed } from '#shared/db/pipeline-repository.ts';
import { raiseIndexVersion } from '#shared/db/users-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { ErrorCode } from '#shared/errors/codes.ts';
import { deleteChildren } from '#shared/files/delete-children.ts';
import { isSupportedName } from '#shared/formats/detect-type.ts';
import type { ExtractLimits } from '#shared/formats/extract-windows.ts';
import { type ChildrenReader, type ListedChild, withChildren } from '#shared/formats/with-children.ts';
import type { StageRun } from '#shared/pipeline/stage.ts';
import { childPlace } from './child-place.ts';
import { type ChildDeps, ingestChild } from './ingest-child.ts';

/** What is wrong with a child that cannot be taken in; the others can. */
const LEFT_OUT: ReadonlySet<ErrorCode> = new Set(['EMPTY_FILE', 'TYPE_MISMATCH', 'UNSUPPORTED_TYPE', 'QUOTA_EXCEEDED']);

/**
 * Takes in the files that a document holds, each as a file of its own; goes on after those that this generation has
 * taken in. What cannot be taken in is named in a warning and never fails the document.
 * @param path of the plain document, in a folder of its own that may be written to
 * @throws AppError ARCHIVE_LIMIT, and what {@link withChildren} throws
 */
export async function storeChildren(
  deps: ChildDeps,
  run: StageRun,
  path: string,
  limits: ExtractLimits,
): Promise<{ outcome: 'done' | 'continue'; warnings: string[] }> {
  const { file, claim, signal } = run;
  const folder = join(dirname(path), 'children');
  await mkdir(folder);
  const { files, bytes, maxDepth } = deps.limits.archives;
  const fileBytes = deps.limits.files.maxFileBytes;
  const unpacking = { files, bytes, fileBytes, folder, levels: maxDepth - file.depth - 1 };
  return withChildren({ path, contentType: file.content_type, limits, unpacking, signal }, async (reader) => {
    const warnings = [...reader.warnings];
    if (reader.children.length > 0 && file.depth >= maxDepth) {
      const tooDeep = `Files are nested more than ${maxDepth} levels deep; deeper ones were skipped.`;
      if (!reader.hasText) throw new AppError('ARCHIVE_LIMIT', { detail: tooDeep });
      return { outcome: 'done', warnings: [...warnings, tooDeep] };
    }
    const taken = await asUser(deps.db, file.user_id, (trx) => findTakenChildren(trx, file, claim.generation));
    for (const [index, listed] of reader.children.entries()) {
      const place = childPlace(file, listed);
      if (taken.has(place.id)) continue;
      if (run.timeIsUp()) return { outcome: 'continue', warnings };
      const left = await ingest(deps, run, reader, index, listed);
      if (left === 'claim lost') return { outcome: 'continue', warnings };
      if (left !== undefined) warnings.push(`${place.path} was skipped: ${left}`);
      else taken.add(place.id);
    }
    if (taken.size === 0 && !reader.hasText) warnings.push('The archive contains no file that can be read.');
    return { outcome: 'done', warnings };
  });
}

/** @returns why the child was left out, in a sentence; undefined when it is taken in */
async function ingest(
  deps: ChildDeps,
  { file, claim }: StageRun,
  reader: ChildrenReader,
  index: number,
  listed: ListedChild,
): Promise<string | undefined> {
  const place = childPlace(file, listed);
  // Known from the name alone: not even unpacked.
  if (!isSupportedName(place.filename, listed.contentType)) return 'files of its type are not supported.';
  try {
    const kept = await reader.withChild(index, (unpacked, size) =>
      ingestChild(deps, file, claim, place, { path: unpacked, size }),
    );
    if (typeof kept === 'object') return `${kept.lost}.`;
    return kept ? undefined : 'claim lost';
  } catch (error) {
    if (!(error instanceof AppError) || !LEFT_OUT.has(error.code)) throw error;
    return error.message;
  }
}

/** Deletes what only earlier generations of the file held. @returns false when the claim is lost */
export async function dropFormerChildren(deps: ChildDeps, { file, claim }: StageRun): Promise<boolean> {
  const dropped = await asUser(deps.db, file.user_id, async (trx) => {
    await lockFilesOf(trx, file.user_id);
    if (!(await updateClaimed(trx, claim, {}))) return undefined;
    const children = await deleteChildren(trx, file, claim.generation);
    if (children.deleted > 0) await raiseIndexVersion(trx, file.user_id);
    return children;
  });
  if (!dropped) return false;
  for (const { id, generation } of dropped.promoted) await deps.queue.send('extract', { fileId: id, generation });
  if (dropped.deleted > 0) await deps.queue.send('publish', { reason: 'tombstone' });
  return true;
}
