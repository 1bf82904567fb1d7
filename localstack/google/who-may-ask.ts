import type { IncomingHttpHeaders } from 'node:http';
import { hasBearer } from '#shared/runtime/bearer.ts';
import { type Answer, type Exchange, type GoogleState, plainAnswer } from './exchange.ts';

const THIS_MACHINE = new Set(['localhost', '127.0.0.1']);

/**
 * The stand-in speaks to this machine alone, and a browser on it may show pages of anybody:
 *
 * - a page whose name was made to lead here afterwards gives itself away by its `Host`;
 * - a page of another origin that sends a form gives itself away by `Origin` and `Sec-Fetch-Site`; it may lead to the
 *   consent page, as OmniRAG does, and nowhere else;
 * - who edits Drives, sees their tokens and makes faults shows the client's secret, which is in `secrets.json`.
 *
 * @returns the refusal, undefined when all is well
 */
export function whyTurnedAway(state: GoogleState, { method, path, headers }: Exchange): Answer | undefined {
  const host = headers.host ?? '';
  const name = URL.parse(`http://${host}`)?.hostname ?? '';
  if (!THIS_MACHINE.has(name)) {
    return plainAnswer(421, `The stand-in for Google accepts requests for localhost and 127.0.0.1, not for "${name}".`);
  }
  if (isFromElsewhere(headers, host) && !(method === 'GET' && path === '/o/oauth2/v2/auth')) {
    return plainAnswer(403, 'The stand-in for Google accepts this request only from its own pages.');
  }
  if (path.startsWith('/standin/') && !hasBearer(headers, state.client.secret)) {
    const how = 'Send "Authorization: Bearer KEY" with the GOOGLE_CLIENT_SECRET of secrets.json in the data folder.';
    return { ...plainAnswer(401, how), headers: { 'www-authenticate': 'Bearer', 'content-type': 'text/plain' } };
  }
  return undefined;
}

function isFromElsewhere(headers: IncomingHttpHeaders, host: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  return headers.origin !== undefined && headers.origin !== `http://${host}`;
}
