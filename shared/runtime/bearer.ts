import type { IncomingHttpHeaders } from 'node:http';
import { sameText } from '#shared/crypto/same-text.ts';

/** Whether a request carries `key` as its bearer token. A page in a browser cannot send one unasked. */
export function hasBearer(headers: IncomingHttpHeaders, key: string): boolean {
  const given = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
  return given !== undefined && sameText(given, key);
}
