import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

/** What a caller may call a request: nothing that could be taken for something else in a log. */
const WELL_FORMED = /^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/;

export interface RequestIds {
  /** Ours: nobody else chooses under which id their acts are filed. */
  requestId: string;
  /** The caller's own name for the request (`X-Request-Id`), where it is well-formed: for the lines of the log alone. */
  clientRequestId?: string;
}

const current = new AsyncLocalStorage<RequestIds>();

export function newRequestIds(headers: Readonly<Record<string, string | undefined>>): RequestIds {
  const given = headers['x-request-id'];
  const requestId = randomUUID();
  return given !== undefined && WELL_FORMED.test(given) ? { requestId, clientRequestId: given } : { requestId };
}

/** Runs `work` so that everything it logs names the request. */
export function withRequestIds<T>(ids: RequestIds, work: () => T): T {
  return current.run(ids, work);
}

export function currentRequestIds(): RequestIds | undefined {
  return current.getStore();
}
