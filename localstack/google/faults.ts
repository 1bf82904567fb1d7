import { z } from 'zod';

/** What goes wrong on demand. */
export const faultSchema = z.strictObject({
  /** E.g. `files.get`, `files.media`, `files.export`, `changes.list`, `token`; left out: any request to the API. */
  operation: z.string().optional(),
  account: z.string().optional(),
  fileId: z.string().optional(),
  kind: z.enum(['rateLimit429', 'rateLimit403', 'serverError500', 'unavailable503', 'slow', 'truncated', 'denied403']),
  /** How many requests it meets. */
  times: z.int().min(1).default(1),
  /** For `slow`. */
  delayMs: z.int().min(0).max(120_000).default(1_000),
});
export type Fault = z.output<typeof faultSchema>;

export interface FaultTarget {
  operation: string;
  account: string | undefined;
  fileId: string | undefined;
}

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  /** The fault that meets this request, which is thereby used once. */
  take(target: FaultTarget): Fault | undefined;
}

export function createFaults(): Faults {
  let waiting: Fault[] = [];
  return {
    add: (fault) => void waiting.push({ ...fault }),
    clear() {
      waiting = [];
    },
    take(target) {
      const fault = waiting.find(
        ({ operation, account, fileId }) =>
          (operation === undefined || operation === target.operation) &&
          (account === undefined || account === target.account) &&
          (fileId === undefined || fileId === target.fileId),
      );
      if (!fault) return undefined;
      fault.times -= 1;
      if (fault.times === 0) waiting = waiting.filter((one) => one !== fault);
      return fault;
    },
  };
}
