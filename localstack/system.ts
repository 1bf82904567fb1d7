import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { databaseFolder, endLeftoverServer } from './postgres/leftover.ts';
import { forgetAddresses, noteAddresses } from './supervisor/addresses.ts';
import { type BroughtUp, bringUp } from './supervisor/bring-up.ts';
import { SettingsError, settingsProblems } from './supervisor/check-settings.ts';
import { lockDataDir } from './supervisor/data-dir-lock.ts';
import { FolderError, prepareDataDir } from './supervisor/data-folder.ts';
import type { PartEvent } from './supervisor/events.ts';
import { watchMemory } from './supervisor/memory.ts';
import { migrateDatabase } from './supervisor/migrate-database.ts';
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
  /** Brings the schema of the database up to date; the product's migrations by default. `isOwn`: nobody else uses it. */
  migrate?(databaseUrl: string, isOwn: boolean): Promise<void>;
  /** Gives the start up, at whatever moment: what was started by then is ended, and the start fails with the reason. */
  signal?: AbortSignal;
  /** Note which files each part loads, for `restartPartsOf`. */
  isWatched?: boolean;
}

export interface RunningSystem {
  /** Of the HTTP API. */
  url: string;
  /** Every setting that the functions got. */
  env: Record<string, string>;
  parts: ReadonlyArray<{ name: string; pid?: number; address: string }>;
  /** Starts again each part in which one of the files is at work. Needs `isWatched`. @param paths absolute */
  restartPartsOf(paths: readonly string[]): Promise<void>;
  /** Ends every part; all data stays. Takes less than 5 s, unless PostgreSQL needs longer for its last checkpoint. */
  stop(): Promise<void>;
  /** The most resident memory that any one process of each kind took, in MB, by name. */
  peakRssMb(): Record<string, number>;
}

/**
 * Starts the whole system on this machine: each part whose address is not given among the settings, then the functions.
 *
 * @throws SettingsError naming every setting that is wrong, whose port is busy or whose service does not answer
 * @throws DataDirLockedError when another process works on the data folder
 * @throws Error naming the part that did not start; nothing is left running then
 */
export async function startSystem(options: SystemOptions): Promise<RunningSystem> {
  const dataDir = resolve(options.dataDir);
  const open = await prepareDataDir(dataDir).catch(async (error: unknown) => {
    if (!(error instanceof FolderError)) throw error;
    throw new SettingsError([error.message, ...(await settingsProblems(options.env, dataDir))]);
  });
  for (const text of open) options.onEvent({ type: 'notice', text });
  const unlock = await lockDataDir(dataDir);
  try {
    const { record, ended } = await startRunRecord(dataDir);
    if (ended.length > 0) {
      options.onEvent({ type: 'notice', text: `Stopped processes left over from an earlier run: ${ended.join(', ')}` });
    }
    // Its port is not busy with anything of somebody else's.
    await endLeftoverServer(databaseFolder(dataDir));
    const parts = createPartStarter(record, options.onEvent, options.isWatched);
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
      const starting = bringUp({
        dataDir,
        env: options.env,
        serviceDir: options.serviceDir ?? fileURLToPath(new URL('..', import.meta.url)),
        parts,
        migrate: options.migrate ?? ((databaseUrl, isOwn) => migrateDatabase(databaseUrl, isOwn ? dataDir : undefined)),
        onEvent: options.onEvent,
      });
      const { url, env, eventSources } = await unlessAborted(starting, options.signal);
      await noteAddresses(dataDir, env);
      let stopped: Promise<void> | undefined;
      return {
        url,
        env,
        parts: parts.started,
        peakRssMb: () => memory.peakMb(),
        restartPartsOf: (paths) => parts.restartThoseOf(paths),
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

async function unlessAborted(starting: Promise<BroughtUp>, signal: AbortSignal | undefined): Promise<BroughtUp> {
  if (signal === undefined) return starting;
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([starting, aborted.promise]);
  } catch (error) {
    // What it was about to do fails now that the parts are stopped, or is stopped when it comes through.
    starting.then(
      ({ eventSources }) => eventSources.stop(),
      () => undefined,
    );
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
