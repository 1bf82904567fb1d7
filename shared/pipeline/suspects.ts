/** How often work may be begun on a file and never be ended, because the worker died. */
export const MAX_INTERRUPTED = 5;

/**
 * From so many on, a file is worked on by itself. A process that dies takes its innocent files with it, and they come back
 * at the same moment as the cause: what they share would make all of them FAILED together. Alone an innocent file ends in
 * order, which clears it, and the cause is the only one left to blame.
 */
const SUSPECT_FROM = 2;

/** @param file with the attempts before this one that nobody ended */
export function isSuspect(file: { attempts: number }): boolean {
  return file.attempts >= SUSPECT_FROM;
}
