import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { flipBytes } from '#testing/documents/flip-bytes.ts';
import { goodFiles } from '#testing/documents/good-files.ts';
import { BOMBS, type Bomb } from '#testing/documents/make-bombs.ts';
import { randomNumbers } from '#testing/random.ts';

export interface HostileFile {
  path: string;
  /** How it has to end, where that is known: a code, or READY. */
  ends?: readonly string[];
}

/** Writes the bombs. @returns their paths */
export async function writeBombs(folder: string, which: (bomb: Bomb) => boolean = () => true): Promise<HostileFile[]> {
  await mkdir(folder, { recursive: true });
  const files: HostileFile[] = [];
  for (const { filename, ends, make } of BOMBS.filter(which)) {
    const path = join(folder, filename);
    await writeFile(path, make());
    files.push({ path, ends });
  }
  return files;
}

/**
 * Writes variants of good files, of each format in turn, each with some bytes changed; the same for the same seed.
 * @param count by default one of each format
 */
export async function writeFlipped(folder: string, seed: number, count?: number): Promise<HostileFile[]> {
  await mkdir(folder, { recursive: true });
  const random = randomNumbers(seed);
  const good = await goodFiles();
  const files: HostileFile[] = [];
  for (let number = 0; number < (count ?? good.length); number++) {
    const { filename, bytes } = good[number % good.length] ?? { filename: 'none', bytes: Buffer.alloc(1) };
    const path = join(folder, `${String(number).padStart(3, '0')}-${filename}`);
    await writeFile(path, flipBytes(bytes, random));
    files.push({ path });
  }
  return files;
}
