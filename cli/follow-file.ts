import { basename } from 'node:path';
import type { FileView } from '#shared/api/files.ts';
import { type ApiClient, ApiProblem } from './api-client.ts';
import type { FileProgress } from './progress.ts';

const POLL_MS = 100;

export interface FileOutcome {
  filename: string;
  status: FileView['status'];
  error: { code: string; message: string } | null;
  /** From the beginning of the upload until the file can be found, or has failed. */
  seconds: number;
  pages: number | null;
  chunks: number;
}

/** Uploads one file, under our own name for it if it has one, and follows it until it is READY or FAILED. */
export async function followFile(
  client: ApiClient,
  path: string,
  progress: FileProgress,
  signal: AbortSignal,
  externalId?: string,
): Promise<FileOutcome> {
  const begun = performance.now();
  const outcome = (file: Pick<FileView, 'status' | 'error' | 'progress'>): FileOutcome => ({
    filename: basename(path),
    status: file.status,
    error: file.error,
    seconds: Math.round((performance.now() - begun) / 10) / 100,
    pages: file.progress.pages,
    chunks: file.progress.chunks,
  });
  try {
    let file = await client.upload(path, externalId);
    while (file.status !== 'READY' && file.status !== 'FAILED') {
      signal.throwIfAborted();
      await nextPoll();
      file = await client.file(file.id);
      progress.show(file);
    }
    return outcome(file);
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    const { code, detail: message } = error.problem;
    const failed = {
      status: 'FAILED',
      error: { code, message },
      progress: { pagesDone: 0, pages: null, chunksSynced: 0, chunks: 0 },
    } as const;
    progress.show(failed);
    return outcome(failed);
  }
}

function nextPoll(): Promise<void> {
  return new Promise((done) => setTimeout(done, POLL_MS));
}
