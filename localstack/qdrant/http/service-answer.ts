import { createHash } from 'node:crypto';

/** The version whose behaviour this server follows; clients compare it with their own. */
const QDRANT_VERSION = '1.19.0';

interface ServiceAnswer {
  contentType: string;
  text: string;
}

const CHECKS: Record<string, string> = {
  '/healthz': 'healthz check passed',
  '/livez': 'livez check passed',
  '/readyz': 'all shards are ready',
};

/** The answers that need no key and no collection; undefined for any other path. */
export function serviceAnswer(pathname: string): ServiceAnswer | undefined {
  if (pathname === '/') {
    const title = 'qdrant - vector search engine';
    // Forty hex digits, as of a commit; there is none, so it is derived from who answers.
    const commit = createHash('sha1').update(`omnirag local stand-in ${QDRANT_VERSION}`).digest('hex');
    return { contentType: 'application/json', text: JSON.stringify({ title, version: QDRANT_VERSION, commit }) };
  }
  const text = Object.hasOwn(CHECKS, pathname) ? CHECKS[pathname] : undefined;
  return text === undefined ? undefined : { contentType: 'text/plain; charset=utf-8', text };
}
