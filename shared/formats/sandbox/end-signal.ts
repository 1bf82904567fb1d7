import { constants } from 'node:os';

/** Nothing in a document can send these: an operator, a shutdown or the kernel did, and the file may be innocent. */
export const OUTSIDE: ReadonlySet<string> = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP']);

const SIGNALS = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

/** The signal that ended a process; walls around it tell that as a shell does, by an exit code of 128 and more. */
export function endSignal(code: number | null, signal: NodeJS.Signals | null): string | undefined {
  return signal ?? SIGNALS.get((code ?? 0) - 128);
}
