import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { endProcess, startOfProcess } from '#localstack/process/identity.ts';
import { writeAtomic } from '#localstack/process/write-atomic.ts';

interface RecordedProcess {
  name: string;
  pid: number;
  start: string;
}

/** Who was started in this run, in `run.json`, so that the next start can end whoever outlived a kill. */
export interface RunRecord {
  add(name: string, pid: number): Promise<void>;
  clear(): Promise<void>;
}

/** Ends what an earlier run left behind, by pid and start time, never by name; then begins a new record. */
export async function startRunRecord(dataDir: string): Promise<{ record: RunRecord; ended: string[] }> {
  const path = join(dataDir, 'run.json');
  const ended: string[] = [];
  for (const { name, pid, start } of await readRecord(path)) {
    if ((await startOfProcess(pid)) !== start) continue;
    ended.push(`${name} (${pid})`);
    await endProcess(pid, start, { graceMs: 3000 });
  }
  const processes: RecordedProcess[] = [];
  let writing = Promise.resolve();
  return {
    ended,
    record: {
      async add(name, pid) {
        const start = await startOfProcess(pid);
        if (start === undefined) return;
        processes.push({ name, pid, start });
        writing = writing.then(() => writeAtomic(path, JSON.stringify(processes), 0o600));
        await writing;
      },
      async clear() {
        await writing;
        await rm(path, { force: true });
      },
    },
  };
}

async function readRecord(path: string): Promise<RecordedProcess[]> {
  const text = await readFile(path, 'utf8').catch(() => '[]');
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? (parsed as RecordedProcess[]) : [];
  } catch {
    // It is replaced as a whole, so this is not ours; whatever it named cannot be told apart from others' processes.
    return [];
  }
}
