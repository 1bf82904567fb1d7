import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '#shared/errors/app-error.ts';
import type { Unpacking } from './child-file.ts';
import { copyPlainFile } from './copy-plain-file.ts';
import type { ExtractLimits } from './extract-windows.ts';
import { documentFormatOf } from './registry.ts';
import type { ListedChild } from './sandbox/messages.ts';
import { startSandbox } from './sandbox/start-sandbox.ts';

export type { ChildLimits } from './child-file.ts';
export type { ListedChild } from './sandbox/messages.ts';

export interface ChildrenRequest {
  /** Of the plain file on disk. */
  path: string;
  /** As `detectType` answered it. */
  contentType: string;
  limits: ExtractLimits;
  unpacking: Unpacking;
  /** Ends the reading process at once. */
  signal: AbortSignal;
}

export interface ChildrenReader {
  children: readonly ListedChild[];
  /** False for documents that are nothing but a container. */
  hasText: boolean;
  warnings: readonly string[];
  /**
   * Unpacks one child and removes it after use.
   * @throws AppError DAMAGED_FILE, FILE_TOO_LARGE, UNSUPPORTED_TYPE as `lost` would have it: this child alone
   */
  withChild<T>(index: number, use: (path: string, size: number) => Promise<T>): Promise<T | LostChild>;
}

/** Why one child could not be had, as the end of a sentence. */
export interface LostChild {
  lost: string;
}

/** Whether documents of this type may hold files. */
export function mayHoldFiles(contentType: string): boolean {
  return documentFormatOf(contentType)?.holdsFiles === true;
}

/**
 * Opens the files that a document holds, in a sandbox process that lives as long as `use` runs.
 * @throws AppError ARCHIVE_LIMIT, PARSE_TIMEOUT, RESOURCE_LIMIT, and what opening the document throws
 * @throws Error when the process was ended from outside or could not start: worth another attempt
 */
export async function withChildren<T>(
  request: ChildrenRequest,
  use: (reader: ChildrenReader) => Promise<T>,
): Promise<T> {
  const { path, contentType, limits, unpacking, signal } = request;
  const format = documentFormatOf(contentType);
  if (!format) throw new AppError('UNSUPPORTED_TYPE');
  signal.throwIfAborted();
  const sandbox = startSandbox({
    path,
    formatId: format.id,
    nativeAddons: format.nativeAddons ?? false,
    threads: format.threads ?? 0,
    unpacking,
    ...limits,
  });
  const end = (): void => void sandbox.end();
  signal.addEventListener('abort', end, { once: true });
  try {
    const answer = await sandbox.ask({ type: 'children' });
    if (answer.type !== 'children') throw new Error(`The reader answered a request for a list with "${answer.type}".`);
    return await use({
      children: answer.children,
      hasText: answer.hasText,
      warnings: answer.warnings,
      async withChild(index, useChild) {
        const name = randomUUID();
        const to = join(unpacking.folder, name);
        const own = join(dirname(unpacking.folder), name);
        try {
          const written = await sandbox.ask({ type: 'child', index, to });
          if (written.type === 'lost') return { lost: written.detail };
          if (written.type !== 'child')
            throw new Error(`The reader answered a request for a file with "${written.type}".`);
          await copyPlainFile(to, own, written.size);
          return await useChild(own, written.size);
        } finally {
          await Promise.all([rm(to, { force: true }), rm(own, { force: true })]);
        }
      },
    });
  } finally {
    signal.removeEventListener('abort', end);
    await sandbox.end();
  }
}
