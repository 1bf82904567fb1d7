import { AppError } from '#shared/errors/app-error.ts';
import type { ErrorCode } from '#shared/errors/codes.ts';
import type { ChildFile, Unpacking } from '../child-file.ts';
import type { OpenDocument } from '../format.ts';
import type { SandboxAnswer } from './messages.ts';

/** What is wrong with one child alone. */
const LOSES_A_CHILD: ReadonlySet<ErrorCode> = new Set([
  'DAMAGED_FILE',
  'ENCRYPTED_DOCUMENT',
  'FILE_TOO_LARGE',
  'UNSUPPORTED_TYPE',
]);

export interface ChildWriter {
  /** @throws AppError ARCHIVE_LIMIT, and what opening throws */
  list(): Promise<Omit<Extract<SandboxAnswer, { type: 'children' }>, 'type'>>;
  write(index: number, to: string): Promise<Extract<SandboxAnswer, { type: 'child' | 'lost' }>>;
}

/** @param open answers the same document each time */
export function createChildWriter(open: () => Promise<OpenDocument>, unpacking: Unpacking | undefined): ChildWriter {
  let files: ChildFile[] = [];
  return {
    async list() {
      const document = await open();
      files = unpacking === undefined ? [] : ((await document.children?.(unpacking)) ?? []);
      const children = files.map(({ path, contentType }) => ({ path, contentType }));
      return { children, hasText: document.pageCount > 0, warnings: document.warnings };
    },
    async write(index, to) {
      const file = files[index];
      if (file === undefined) throw new Error(`There is no child ${index} of ${files.length}.`);
      try {
        return { type: 'child', size: await file.write(to) };
      } catch (error) {
        if (!(error instanceof AppError) || !LOSES_A_CHILD.has(error.code)) throw error;
        return { type: 'lost', code: error.code, detail: error.message };
      }
    },
  };
}
