import type { Log } from '#shared/ports/log.ts';

/** A lease that can be lost. */
export interface KeptLease {
  /** @returns false when it is lost */
  extend(): Promise<boolean>;
  /** For the log. */
  about: object;
}

/** Keeps a lease while `work` goes on; its signal is aborted when the lease is lost. */
export async function keepLease(
  deps: { leaseSeconds: number; log: Log },
  lease: KeptLease,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
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
    await work(lost.signal);
  } finally {
    clearInterval(heartbeat);
  }
}
