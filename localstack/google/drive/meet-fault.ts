import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from '../exchange.ts';
import type { Fault } from '../faults.ts';
import { GoogleError } from '../google-error.ts';

/** Answers as the fault wants it, or as usual when there is none. @throws GoogleError */
export async function meetFault(fault: Fault | undefined, usual: () => Answer | Promise<Answer>): Promise<Answer> {
  switch (fault?.kind) {
    case undefined:
      return usual();
    case 'rateLimit429':
      throw new GoogleError(429, 'rateLimitExceeded', 'Rate Limit Exceeded');
    case 'rateLimit403':
      throw new GoogleError(403, 'userRateLimitExceeded', 'User Rate Limit Exceeded');
    case 'serverError500':
      throw new GoogleError(500, 'internalError', 'Internal Error');
    case 'unavailable503':
      throw new GoogleError(503, 'backendError', 'Backend Error');
    case 'denied403':
      throw new GoogleError(403, 'cannotDownloadFile', 'This file cannot be downloaded by the user.');
    case 'slow':
      await sleep(fault.delayMs);
      return usual();
    case 'truncated': {
      // The length of the whole is announced and half of it comes, as when a connection breaks.
      const answer = await usual();
      const body = Buffer.from(answer.body ?? '');
      const headers = { ...answer.headers, 'content-length': String(body.length) };
      return { ...answer, headers, body: body.subarray(0, Math.floor(body.length / 2)) };
    }
  }
}
