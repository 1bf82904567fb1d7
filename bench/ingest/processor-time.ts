import { readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second, whatever the kernel's own clock. */
const TICK_SECONDS = 0.01;

/** Processor seconds by kind of process since the start of each. */
export type ProcessorTimes = ReadonlyMap<string, number>;

/**
 * What each part has used, and under `readers` what was started by the functions and has mostly ended: the processes that read
 * files. Only where there is a /proc.
 */
export function processorTimes(parts: readonly { name: string; pid?: number }[]): ProcessorTimes {
  const times = new Map<string, number>();
  const add = (name: string, seconds: number): void => void times.set(name, (times.get(name) ?? 0) + seconds);
  for (const { name, pid } of parts) {
    if (pid === undefined) continue;
    const own = timesOf(pid);
    const below = own.ended + sum(childrenOf(pid).map(wholeTree));
    add(name, own.running + (name === 'functions' ? 0 : below));
    if (name === 'functions') add('readers', below);
  }
  add('event sources and client', process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6);
  return times;
}

/** What was used between the two, most first, without what used next to nothing. */
export function usedBetween(before: ProcessorTimes, after: ProcessorTimes): [name: string, seconds: number][] {
  return [...after]
    .map(([name, seconds]): [string, number] => [name, seconds - (before.get(name) ?? 0)])
    .filter(([, seconds]) => seconds > TICK_SECONDS)
    .toSorted(([, a], [, b]) => b - a);
}

function wholeTree(pid: number): number {
  const { running, ended } = timesOf(pid);
  return running + ended + sum(childrenOf(pid).map(wholeTree));
}

/** `ended`: of its children that it has waited for. */
function timesOf(pid: number): { running: number; ended: number } {
  const stat = read(`/proc/${pid}/stat`);
  // The name before may hold anything; the state is the first field after it.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const seconds = (...at: number[]): number => sum(at.map((field) => (fields[field] ?? 0) * TICK_SECONDS));
  return stat === '' ? { running: 0, ended: 0 } : { running: seconds(11, 12), ended: seconds(13, 14) };
}

function childrenOf(pid: number): number[] {
  return read(`/proc/${pid}/task/${pid}/children`).split(' ').map(Number).filter(Boolean);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Empty when its process is gone. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
