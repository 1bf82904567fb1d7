import { createHash } from 'node:crypto';

/** What a page may do. Scripts and styles are named by the hash of their exact text. */
export interface PageParts {
  scripts: readonly string[];
  styles: readonly string[];
  /** Origins the script may call, besides the page's own. */
  connectTo: readonly string[];
}

/**
 * Everything not named here is forbidden: scripts from data, frames, other hosts, and (by Trusted Types, where the
 * browser knows them) turning any string into markup.
 */
export function contentSecurityPolicy({ scripts, styles, connectTo }: PageParts): string {
  return [
    "default-src 'none'",
    directive('script-src', scripts.map(hashSource)),
    directive('style-src', styles.map(hashSource)),
    directive('connect-src', scripts.length > 0 ? ["'self'", ...new Set(connectTo)] : []),
    // The icon of the page is written into it; pictures of a person's are fetched with a token, which <img> cannot send.
    `img-src data:${scripts.length > 0 ? ' blob:' : ''}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

function directive(name: string, sources: readonly string[]): string {
  return `${name} ${sources.length > 0 ? sources.join(' ') : "'none'"}`;
}

function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
