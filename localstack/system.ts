import { chmod, mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { databaseFolder, endLeftoverServer } from './postgres/leftover.ts';
import { forgetAddresses, noteAddresses } from './supervisor/addresses.ts';
import { bringUp } from './supervisor/bring-up.ts';
import { lockDataDir } from './supervisor/data-dir-lock.ts';
import type { PartEvent } from './supervisor/events.ts';
import { watchMemory } from './supervisor/memory.ts';
import { createPartStarter } from './supervisor/part-starter.ts';
import { startRunRecord } from './supervisor/run-record.ts';

export type { PartEvent } from './supervisor/events.ts';

export interface SystemOptions {
  /** Everything that is kept: `postgres/ qdrant/ s3/ sqs/ models/ secrets.json`. */
  dataDir: string;
  /** The settings; what is missing gets a local stand-in or a generated secret. */
  env: Record<string, string | undefined>;
  onEvent(event: PartEvent): void;
  /** The folder of serverless.yml; this repository's by default. */
  serviceDir?: string;
  /** Brings the schema of the database up to date; the product's migrations by default. */
  migrate?(databaseUrl: string): Promise<void>;
}

export interface RunningSystem {
  /** Of the HTTP API. */
  url: string;
  /** Every setting that the functions got. */
  env: Record<string, string>;
  parts: ReadonlyArray<{ name: string; pid?: number; address: string }>;
  /** Ends every part; all data stays. Takes less than 5 s, unless PostgreSQL needs longer for its last checkpoint. */
  stop(): Promise<void>;
  /** The most resident memory that any one process of each kind took, in MB, by name. */
  peakRssMb(): Record<string, number>;
}

/**
 * Starts the whole system on this machine: each part whose address is not given among the settings, then the functions.
 *
 * @throws DataDirLockedError when another process works on the data folder
 * @throws Error naming a busy port and its setting, or the part that did not start; nothing is left running then
 */
export async function startSystem(options: SystemOptions): Promise<RunningSystem> {
  const dataDir = resolve(options.dataDir);
  await mkdir(dataDir, { recursive: true });
  // PostgreSQL works under another account when we are root, and has to pass through here.
  await chmod(dataDir, process.getuid?.() === 0 ? 0o711 : 0o700);
  const unlock = await lockDataDir(dataDir);
  try {
    const { record, ended } = await startRunRecord(dataDir);
    if (ended.length > 0) {
      options.onEvent({ type: 'notice', text: `Ended what an earlier run had left: ${ended.join(', ')}` });
    }
    const parts = createPartStarter(record, options.onEvent);
    const memory = watchMemory(parts.names);
    const undo = async (): Promise<void> => {
      memory.stop();
      await forgetAddresses(dataDir);
      await parts.stopAll();
      // A checkpoint on a busy machine outlasts the grace of the part that guards the server, not the server.
      await endLeftoverServer(databaseFolder(dataDir));
      await record.clear();
      await unlock();
    };
    try {
      const { url, env, eventSources } = await bringUp({
        dataDir,
        serviceDir: options.serviceDir ?? fileURLToPath(new URL('..', import.meta.url)),
        env: { ...options.env, OMNIRAG_ENV: 'local' },
        parts,
        migrate: options.migrate ?? migrateToLatest,
        onEvent: options.onEvent,
      });
      await noteAddresses(dataDir, env);
      let stopped: Promise<void> | undefined;
      return {
        url,
        env,
        parts: parts.started,
        peakRssMb: () => memory.peakMb(),
        stop() {
          stopped ??= Promise.resolve(eventSources.stop()).then(undo);
          return stopped;
        },
      };
    } catch (error) {
      await undo();
      throw error;
    }
  } catch (error) {
    await unlock();
    throw error;
  }
}

/**
 * Loaded late: only here does the local cloud need the product's own code. No function runs yet, so whatever is under way
 * in the database was so when an earlier run ended: it was no file's fault.
 */
async function migrateToLatest(databaseUrl: string): Promise<void> {
  const { migrateToLatest: migrate } = await import('#shared/db/migrate.ts');
  await migrate(databaseUrl);
  const { forgiveInterrupted } = await import('#shared/db/forgive-interrupted.ts');
  await forgiveInterrupted(databaseUrl);
}
