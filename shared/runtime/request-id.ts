import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

/** What a caller may call a request: nothing that could be taken for something else in a log or a header. */
const WELL_FORMED = /^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/;

const current = new AsyncLocalStorage<string>();

/** The caller's own name for the request (`X-Request-Id`) where it is well-formed, else a new one. */
export function requestIdOf(headers: Readonly<Record<string, string | undefined>>): string {
  const given = headers['x-request-id'];
  return given !== undefined && WELL_FORMED.test(given) ? given : randomUUID();
}

/** Runs `work` so that everything it logs names the request. */
export function withRequestId<T>(requestId: string, work: () => T): T {
  return current.run(requestId, work);
}

export function currentRequestId(): string | undefined {
  return current.getStore();
}
