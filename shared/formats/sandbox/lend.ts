import { chmodSync, chownSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Walls } from './walls-command.ts';

const OTHERS_READ = 0o004;
const OTHERS_PASS = 0o001;
const PUBLIC_FOLDER = 0o755;
const PUBLIC_FILE = 0o644;
const OTHERS = 0o007;

/**
 * What root keeps to itself becomes readable for the user that reads it, and for nobody else; what everybody may read
 * already stays as it is.
 */
export function lend(uid: number, document: string, write: string | undefined, walls: Pick<Walls, 'namespaces'>): void {
  const folder = dirname(document);
  const { mode } = statSync(folder);
  const canPass = (mode & OTHERS_PASS) !== 0;
  if (!canPass || (statSync(document).mode & OTHERS_READ) === 0) {
    chownSync(document, uid, uid);
    chmodSync(document, 0o600);
  }
  // Bubblewrap shows the file in folders of its own.
  if (!canPass && walls.namespaces !== 'bubblewrap') chmodSync(folder, (mode & 0o777) | OTHERS_PASS);
  if (write !== undefined) chownSync(write, uid, uid);
}

/**
 * Makes a folder of files that are nobody's secret readable for everybody, only where it must: one that is mounted for
 * reading alone is as its owner left it.
 */
export function publish(folder: string): void {
  if (!isPublic(folder, PUBLIC_FOLDER)) chmodSync(folder, PUBLIC_FOLDER);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isFile() && !isPublic(path, PUBLIC_FILE)) chmodSync(path, PUBLIC_FILE);
  }
}

function isPublic(path: string, mode: number): boolean {
  const others = mode & OTHERS;
  return (statSync(path).mode & others) === others;
}
