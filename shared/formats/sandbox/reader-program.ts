import { createHash } from 'node:crypto';
import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
/** What the reading process runs, as it is written. */
export const READER_SOURCE = fileURLToPath(new URL('./child.ts', import.meta.url));
/** Where what is put together of it stands: among what the process may read. */
export const READER_BUNDLES = join(PROJECT, 'node_modules', '.cache', 'omnirag-reader');

/** What it is put together from, and by. */
const SOURCES = ['shared/**/*.ts', 'localstack/build-reader.ts', 'package-lock.json'];

let chosen: string | undefined;

/**
 * The file that the reading process runs: put together from all that it loads, if that was done since the sources changed, else
 * the source itself. Loading four files in place of two hundred halves the processor time of reading a small document.
 */
export function readerProgram(): string {
  // Looked for each time: another system on this machine clears away what was put together of older sources.
  if (chosen === undefined || !existsSync(chosen)) {
    chosen = [join(readerBundle(), 'child.mjs')].find((path) => existsSync(path)) ?? READER_SOURCE;
  }
  return chosen;
}

/** The folder for these sources, told from others by their place, sizes and times of change, and for this Node. */
export function readerBundle(): string {
  const hash = createHash('sha256').update(`${process.version} ${PROJECT}\n`);
  for (const path of globSync(SOURCES, { cwd: PROJECT }).sort()) {
    const { size, mtimeMs } = statSync(join(PROJECT, path));
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  }
  return join(READER_BUNDLES, hash.digest('hex').slice(0, 32));
}
