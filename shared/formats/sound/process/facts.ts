import type { ErrorCode } from '#shared/errors/codes.ts';

/** What the decoding process tells beside the samples, one JSON object a line on its handle 3. */
export type DecoderFact =
  /** Before anything is read. */
  | { type: 'started' }
  | { type: 'begun'; declaredSeconds?: number | undefined }
  | { type: 'ended'; warnings: string[] }
  /** The recording cannot be decoded; the same bytes would fail again. */
  | { type: 'refused'; code: ErrorCode; detail: string };

/** How the decoding process is told what to do; goes to it as one JSON argument. */
export interface DecoderTask {
  path: string;
  formatId: string;
  /** Where the samples shall begin. */
  fromSample: number;
  sampleRate: number;
  memoryMb: number;
  /** Whether it must watch its memory and its parent itself. */
  ownWatchdog: boolean;
}

export const FACTS_HANDLE = 3;
