import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type PartDetails, type SpawnedPart, spawnPart } from '#localstack/process/spawn-part.ts';
import type { PartEvent } from './events.ts';
import type { RunRecord } from './run-record.ts';
import type { Environment, Ports } from './settings.ts';

export interface PartSpec {
  name: string;
  /** The part's main file, from the root of the repository. */
  main: string;
  env: Environment;
  cwd?: string;
  /**
   * Which of the details that the part reports are set under which name when it has to be started again: its ports have
   * to stay, for everybody knows them.
   */
  pinned: Record<string, string>;
  /** Which of the details is the port that it takes again at the next start. */
  port?: { of: keyof Ports; detail: string };
  /** A folder of files that it does not load as modules; from the root of the repository. */
  reads?: string;
  /** Lines that are noise of a library, and not worth telling. */
  isNoise?(line: string): boolean;
}

/** A part that is started again when it ends without having been asked to. */
export interface Part {
  /** Waits until it is ready and tells of it. @param address as people write it */
  ready(address: (details: PartDetails) => string): Promise<PartDetails>;
  /** Sends a message, and sends it again to a process that replaces this one. */
  send(message: object): void;
}

export interface PartStarter {
  /** Starts a part without waiting for it. */
  spawn(spec: PartSpec): Promise<Part>;
  /** The parts that are up, in the order in which they came up. */
  started: Array<{ name: string; pid: number; address: string }>;
  /** Of the parts that listen on one and are up. */
  ports(): Partial<Ports>;
  /** The names of the processes by pid. */
  names: Map<number, string>;
  /**
   * Starts again, side by side, each part in which one of the files is at work. Returns when they are up, or are to be tried
   * again; only for parts that are watched.
   * @param paths absolute
   */
  restartThoseOf(paths: readonly string[]): Promise<void>;
  /** Stops them; the functions first and then, side by side, what they use. */
  stopAll(): Promise<void>;
}

const FUNCTION_PARTS = ['functions', 'function-urls'];
/** Everything together has 5 s. */
const STOP_GRACE_MS = { functions: 1500, others: 3000 };
const graceOf = (name: string): number => STOP_GRACE_MS[FUNCTION_PARTS.includes(name) ? 'functions' : 'others'];
const RESTART_DELAY_MS = { first: 200, longest: 10_000, forgottenAfter: 60_000 };

const pathOf = (inRepository: string): string => fileURLToPath(new URL(`../../${inRepository}`, import.meta.url));

/** @param isWatched whether it is noted which files each part loads */
export function createPartStarter(
  record: RunRecord,
  onEvent: (event: PartEvent) => void,
  isWatched = false,
): PartStarter {
  const begun = performance.now();
  const current = new Map<string, SpawnedPart>();
  /** Those that were asked to end, so that another one takes their place. */
  const replaced = new WeakSet<SpawnedPart>();
  const filesOf = new Map<string, Set<string>>();
  const relaunchers = new Map<string, { spec: PartSpec; relaunch(): Promise<void> }>();
  const starter = { started: [] as PartStarter['started'], names: new Map<number, string>() };
  const ports: Partial<Ports> = {};
  let stopping = false;

  const launch = async (spec: PartSpec, onExit: (reason: string) => void): Promise<SpawnedPart> => {
    if (stopping) throw new Error(`${spec.name} was not started because the system is stopping`);
    const files = new Set<string>();
    filesOf.set(spec.name, files);
    const spawned = spawnPart({
      name: spec.name,
      script: pathOf(spec.main),
      env: spec.env,
      ...(spec.cwd === undefined ? {} : { cwd: spec.cwd }),
      onProgress: (text, fraction) => onEvent({ type: 'progress', part: spec.name, text, fraction }),
      onLine: (line, stream) => {
        if (spec.isNoise?.(line) !== true) onEvent({ type: 'log', part: spec.name, line, stream });
      },
      onModule: isWatched ? (path) => files.add(path) : undefined,
      onExit,
    });
    current.set(spec.name, spawned);
    starter.names.set(spawned.pid, spec.name);
    await record.add(spec.name, spawned.pid);
    return spawned;
  };

  const spawn = async (spec: PartSpec): Promise<Part> => {
    const messages: object[] = [];
    let describe = (_: PartDetails): string => spec.name;
    let env = spec.env;
    let delay = RESTART_DELAY_MS.first;
    let readyAt = 0;
    let timer: NodeJS.Timeout | undefined;

    const again = (reason: string): void => {
      if (stopping) return;
      onEvent({ type: 'exited', part: spec.name, reason });
      if (performance.now() - readyAt > RESTART_DELAY_MS.forgottenAfter) delay = RESTART_DELAY_MS.first;
      timer = setTimeout(relaunch, delay);
      delay = Math.min(delay * 2, RESTART_DELAY_MS.longest);
    };
    const relaunch = async (): Promise<void> => {
      clearTimeout(timer);
      if (stopping) return;
      const launchedAt = performance.now();
      let spawned: SpawnedPart | undefined;
      try {
        spawned = await launch({ ...spec, env }, again);
        for (const message of messages) spawned.send(message);
        tellReady(spawned, await spawned.ready, launchedAt);
      } catch (error) {
        if (!(spawned && replaced.has(spawned))) again(error instanceof Error ? error.message : String(error));
      }
    };
    const tellReady = (spawned: SpawnedPart, details: PartDetails, since: number): void => {
      readyAt = performance.now();
      if (spec.port !== undefined) ports[spec.port.of] = Number(details[spec.port.detail]);
      const pins = Object.entries(spec.pinned).map(([detail, setting]) => [setting, String(details[detail])]);
      env = { ...spec.env, ...Object.fromEntries(pins) };
      const entry = { name: spec.name, pid: spawned.pid, address: describe(details) };
      const index = starter.started.findIndex((part) => part.name === spec.name);
      starter.started.splice(index === -1 ? starter.started.length : index, 1, entry);
      const seconds = Math.round((readyAt - since) / 10) / 100;
      onEvent({ type: 'ready', part: spec.name, address: entry.address, pid: spawned.pid, seconds });
    };

    const first = await launch(spec, again);
    relaunchers.set(spec.name, { spec, relaunch });
    return {
      async ready(address) {
        describe = address;
        const details = await first.ready;
        tellReady(first, details, begun);
        return details;
      },
      send(message) {
        messages.push(message);
        current.get(spec.name)?.send(message);
      },
    };
  };

  return {
    ...starter,
    ports: () => ports,
    spawn,
    async restartThoseOf(paths) {
      const due = [...relaunchers.values()].flatMap(({ spec, relaunch }) => {
        const isAtWork = (path: string): boolean =>
          filesOf.get(spec.name)?.has(path) === true ||
          (spec.reads !== undefined && path.startsWith(pathOf(spec.reads)));
        const changed = paths.filter(isAtWork).map((path) => relative(pathOf(''), path));
        return changed.length === 0 ? [] : [{ name: spec.name, changed, relaunch }];
      });
      await Promise.all(
        due.map(async ({ name, changed, relaunch }) => {
          onEvent({ type: 'restarting', part: name, changed });
          const part = current.get(name);
          if (part) replaced.add(part);
          await part?.stop(graceOf(name));
          await relaunch();
        }),
      );
    },
    async stopAll() {
      stopping = true;
      const parts = [...current.values()];
      const functions = parts.filter((part) => FUNCTION_PARTS.includes(part.name));
      const others = parts.filter((part) => !FUNCTION_PARTS.includes(part.name));
      for (const group of [functions, others]) {
        await Promise.all(group.map((part) => part.stop(graceOf(part.name))));
      }
    },
  };
}
