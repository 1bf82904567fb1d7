import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomic } from '#localstack/process/write-atomic.ts';
import type { Ports } from './settings.ts';

/** The ports that the parts of this data folder had last: a page that was loaded then still names them. */
export async function readPorts(dataDir: string): Promise<Partial<Ports>> {
  const text = await readFile(pathOf(dataDir), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  let kept: unknown;
  try {
    kept = JSON.parse(text);
  } catch {
    // It is replaced as a whole, so this is not ours; free ports do as well.
    return {};
  }
  const entries = Object.entries(kept ?? {}).filter(([, port]) => Number.isInteger(port) && port > 0 && port <= 65_535);
  return Object.fromEntries(entries) as Partial<Ports>;
}

/** @param ports those that are known; the others stay as they were noted */
export async function notePorts(dataDir: string, ports: Partial<Ports>): Promise<void> {
  const known = Object.fromEntries(Object.entries(ports).filter(([, port]) => port > 0));
  await writeAtomic(pathOf(dataDir), JSON.stringify({ ...(await readPorts(dataDir)), ...known }), 0o600);
}

function pathOf(dataDir: string): string {
  return join(dataDir, 'ports.json');
}
