import type { Log } from '#shared/ports/log.ts';

/** A lease that can be lost. */
export interface KeptLease {
  /** @returns false when it is lost */
  extend(): Promise<boolean>;
  /** For the log. */
  about: object;
}

/** Keeps a lease while `work` goes on; its signal is aborted when the lease is lost. @returns what the work does */
export async function keepLease<T>(
  deps: { leaseSeconds: number; log: Log },
  lease: KeptLease,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const lost = new AbortController();
  const heartbeat = setInterval(
    () => {
      lease.extend().then(
        (kept) => {
          if (!kept) lost.abort();
        },
        (error: unknown) => deps.log.warn({ err: error, ...lease.about }, 'lease not extended'),
      );
    },
    (deps.leaseSeconds * 1_000) / 3,
  );
  try {
    return await work(lost.signal);
  } finally {
    clearInterval(heartbeat);
  }
}
