import type { ErrorCode } from '#shared/errors/codes.ts';
import type { ExtractedPage } from '../format.ts';

/** A run of consecutive pages, in order. */
export interface PageWindow {
  pages: ExtractedPage[];
  totalPages: number;
  /** What was lost in these pages, one sentence each. */
  warnings: string[];
}

/** How the sandbox process is told what to read; goes to it as one JSON argument. */
export interface SandboxTask {
  path: string;
  formatId: string;
  nativeAddons: boolean;
  windowTimeoutMs: number;
  memoryMb: number;
  /** See Format.threads. */
  threads: number;
}

export interface ReadRequest {
  first: number;
  count: number;
}

export type ReadAnswer =
  | { type: 'window'; window: PageWindow }
  /** The document cannot be read; the same bytes would fail again. */
  | { type: 'refused'; code: ErrorCode; detail: string }
  /** Something other than the document went wrong; worth another attempt. */
  | { type: 'failed'; detail: string };

/** Written to stderr by the watchdog before it ends the process: a killed process cannot send messages any more. */
export const OVER_MEMORY_MARK = 'sandbox: over the memory limit';
