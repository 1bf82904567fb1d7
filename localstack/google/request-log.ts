import type { FaultTarget } from './faults.ts';

export interface RequestCounts {
  /** By operation. */
  counts: Record<string, number>;
  byAccount: Record<string, Record<string, number>>;
  /** Ids of the files whose bytes were asked for, one entry a request. */
  fetched: string[];
}

const FETCHES = new Set(['files.media', 'files.export']);

/** What was asked of the stand-in since it started or was last reset. */
export function createRequestLog(): { note(target: FaultTarget): void; read(): RequestCounts; reset(): void } {
  let seen: FaultTarget[] = [];
  return {
    note: (target) => void seen.push(target),
    reset() {
      seen = [];
    },
    read() {
      const answer: RequestCounts = { counts: {}, byAccount: {}, fetched: [] };
      for (const { operation, account, fileId } of seen) {
        answer.counts[operation] = (answer.counts[operation] ?? 0) + 1;
        if (account !== undefined) {
          answer.byAccount[account] ??= {};
          const own = answer.byAccount[account];
          own[operation] = (own[operation] ?? 0) + 1;
        }
        if (FETCHES.has(operation) && fileId !== undefined) answer.fetched.push(fileId);
      }
      return answer;
    },
  };
}
