import type { ErrorCode } from '#shared/errors/codes.ts';
import type { Unpacking } from '../child-file.ts';
import type { ExtractedPage } from '../format.ts';

/** A run of consecutive pages, in order. */
export interface PageWindow {
  pages: ExtractedPage[];
  totalPages: number;
  /** What was lost in these pages, one sentence each. */
  warnings: string[];
  /** Told with the last page, where it is known: whether asking for the document's files is worth a process. */
  holdsFiles?: boolean | undefined;
}

/** How pictures are read. */
export interface OcrSettings {
  /** Codes such as `eng`, the most likely first. */
  languages: readonly [string, ...string[]];
  /** A folder of language data beside the installed packages; need not be there. */
  dataDir: string;
}

/** How the sandbox process is told what to read; goes to it as one JSON argument. */
export interface SandboxTask {
  path: string;
  formatId: string;
  nativeAddons: boolean;
  /** Undefined: words in pictures are not wanted. */
  ocr?: OcrSettings | undefined;
  windowTimeoutMs: number;
  /** See ExtractLimits. */
  starvedTimeoutMs?: number | undefined;
  memoryMb: number;
  /** See ExtractLimits. */
  niceness?: number | undefined;
  /** See Format.threads. */
  threads: number;
  /** Whether it must watch its memory, its time and its parent itself. */
  ownWatchdog: boolean;
  /** For reading the files that a document holds. */
  unpacking?: Unpacking | undefined;
}

export interface ReadRequest {
  type: 'read';
  first: number;
  count: number;
}

/** @see ChildFile */
export interface ListedChild {
  path: string;
  contentType?: string | undefined;
}

export type SandboxRequest =
  | ReadRequest
  | { type: 'children' }
  /** `index` in the list of children; `to` a file in the output folder that is not there yet. */
  | { type: 'child'; index: number; to: string };

export type SandboxAnswer =
  | { type: 'window'; window: PageWindow }
  | { type: 'children'; children: ListedChild[]; hasText: boolean; warnings: string[] }
  | { type: 'child'; size: number }
  /** One child cannot be had; the others can. */
  | { type: 'lost'; code: ErrorCode; detail: string }
  /** The document cannot be read; the same bytes would fail again. */
  | { type: 'refused'; code: ErrorCode; detail: string }
  /** Something other than the document went wrong; worth another attempt. */
  | { type: 'failed'; detail: string };

/** Written to stderr by the watchdog before it ends the process: a killed process cannot send messages any more. */
export const OVER_MEMORY_MARK = 'sandbox: over the memory limit';

/** Where requests come in and answers go out, one JSON value a line; the first answer says `begun`, before anything is read. */
export const REQUESTS_HANDLE = 3;
export const ANSWERS_HANDLE = 4;
