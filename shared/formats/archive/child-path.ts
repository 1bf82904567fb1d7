const MAX_CHARS = 1_000;
/** Controls, lone surrogates, and what turns the direction of writing. */
const HIDDEN = /[\p{Cc}\p{Surrogate}\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/** What archivers of macOS and Windows leave beside the files that people put in. */
const LITTER = /(?:^|\/)(?:__MACOSX|\.DS_Store|Thumbs\.db|desktop\.ini|\._[^/]*)(?:\/|$)/i;

/**
 * A name out of an archive as a relative path by `/`: no drive, no root, no `.` and `..`. It is shown and compared, and
 * never opened.
 */
export function childPath(name: string): string {
  const parts = name
    .replace(HIDDEN, '')
    .replaceAll('\\', '/')
    .replace(/^[a-z]:/i, '')
    .split('/')
    .map((part) => part.trim())
    .filter((part) => part !== '' && part !== '.' && part !== '..');
  const path = parts.join('/').slice(-MAX_CHARS).toWellFormed();
  return path === '' ? 'unnamed' : path;
}

export function isLitter(path: string): boolean {
  return LITTER.test(path);
}

/** `docs/a.txt`, taken already, becomes `docs/a (2).txt`. @param taken gets the answer */
export function uniquePath(path: string, taken: Set<string>): string {
  let unique = path;
  for (let copy = 2; taken.has(unique); copy++) unique = path.replace(/((?:\.[^./]{1,10})?)$/, ` (${copy})$1`);
  taken.add(unique);
  return unique;
}
