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
  /** Stops them; the functions first and then, side by side, what they use. */
  stopAll(): Promise<void>;
}

const FUNCTION_PARTS = ['functions', 'function-urls'];
/** Everything together has 5 s. */
const STOP_GRACE_MS = { functions: 1500, others: 3000 };
const RESTART_DELAY_MS = { first: 200, longest: 10_000, forgottenAfter: 60_000 };

export function createPartStarter(record: RunRecord, onEvent: (event: PartEvent) => void): PartStarter {
  const begun = performance.now();
  const current = new Map<string, SpawnedPart>();
  const starter = { started: [] as PartStarter['started'], names: new Map<number, string>() };
  const ports: Partial<Ports> = {};
  let stopping = false;

  const launch = async (spec: PartSpec, onExit: (reason: string) => void): Promise<SpawnedPart> => {
    if (stopping) throw new Error(`${spec.name} is not started: the system stops`);
    const spawned = spawnPart({
      name: spec.name,
      script: fileURLToPath(new URL(`../../${spec.main}`, import.meta.url)),
      env: spec.env,
      ...(spec.cwd === undefined ? {} : { cwd: spec.cwd }),
      onProgress: (text, fraction) => onEvent({ type: 'progress', part: spec.name, text, fraction }),
      onLine: (line, stream) => {
        if (spec.isNoise?.(line) !== true) onEvent({ type: 'log', part: spec.name, line, stream });
      },
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

    const again = (reason: string): void => {
      if (stopping) return;
      onEvent({ type: 'exited', part: spec.name, reason });
      if (performance.now() - readyAt > RESTART_DELAY_MS.forgottenAfter) delay = RESTART_DELAY_MS.first;
      setTimeout(() => {
        restart().catch((error: unknown) => {
          again(error instanceof Error ? error.message : String(error));
        });
      }, delay);
      delay = Math.min(delay * 2, RESTART_DELAY_MS.longest);
    };
    const restart = async (): Promise<void> => {
      if (stopping) return;
      const spawned = await launch({ ...spec, env }, again);
      for (const message of messages) spawned.send(message);
      tellReady(spawned, await spawned.ready);
    };
    const tellReady = (spawned: SpawnedPart, details: PartDetails): void => {
      readyAt = performance.now();
      if (spec.port !== undefined) ports[spec.port.of] = Number(details[spec.port.detail]);
      const pins = Object.entries(spec.pinned).map(([detail, setting]) => [setting, String(details[detail])]);
      env = { ...spec.env, ...Object.fromEntries(pins) };
      const entry = { name: spec.name, pid: spawned.pid, address: describe(details) };
      const index = starter.started.findIndex((part) => part.name === spec.name);
      starter.started.splice(index === -1 ? starter.started.length : index, 1, entry);
      const seconds = Math.round((readyAt - begun) / 10) / 100;
      onEvent({ type: 'ready', part: spec.name, address: entry.address, pid: spawned.pid, seconds });
    };

    const first = await launch(spec, again);
    return {
      async ready(address) {
        describe = address;
        const details = await first.ready;
        tellReady(first, details);
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
    async stopAll() {
      stopping = true;
      const parts = [...current.values()];
      const functions = parts.filter((part) => FUNCTION_PARTS.includes(part.name));
      await Promise.all(functions.map((part) => part.stop(STOP_GRACE_MS.functions)));
      const others = parts.filter((part) => !FUNCTION_PARTS.includes(part.name));
      await Promise.all(others.map((part) => part.stop(STOP_GRACE_MS.others)));
    },
  };
}
