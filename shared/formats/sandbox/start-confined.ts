import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { lend, publish } from './lend.ts';
import { limitedCommand, type OsLimits } from './os-limits.ts';
import { findWalls } from './walls.ts';
import type { Walls } from './walls-command.ts';
import { FIRST_UID, UIDS, wallsCommand } from './walls-command.ts';
import { watchMemory } from './watch-memory.ts';

export interface ConfinedOrder {
  /** Absolute. */
  program: string;
  args: readonly string[];
  /** The file it is started for: the caller's own copy, which is given to the user that it runs as. */
  document: string;
  /** What else it reads; absolute, and there. */
  read: readonly string[];
  /** A folder of files that are nobody's secret and become readable for everybody, where it is there. */
  publicFolder?: string | undefined;
  /** A folder of the caller's that it writes into; given to its user as well. */
  write?: string | undefined;
  limits: OsLimits;
  /** The resident memory at which it is ended, in MiB; as in `limits` when left out. */
  watchedMb?: number | undefined;
  env: Record<string, string>;
  stdio: StdioOptions;
}

export interface Confined {
  child: ChildProcess;
  /** Processor time in ms that it has had; undefined where that cannot be known, and when it is gone. */
  usedMs(): number | undefined;
  /** Whether it was ended for its memory. */
  isOverMemory(): boolean;
}

/**
 * Starts a program that reads what strangers made: without the rights, the network and the files of who starts it as far
 * as the machine can do that (see `Walls`), under limits of the operating system, with its memory watched from outside.
 */
export function startConfined(order: ConfinedOrder, walls: Walls = findWalls()): Confined {
  const { program, args, document, publicFolder, write, limits, watchedMb = limits.memoryMb, env, stdio } = order;
  const uid = walls.ownUser ? FIRST_UID + randomInt(UIDS) : undefined;
  const read = [...order.read, ...(publicFolder !== undefined && existsSync(publicFolder) ? [publicFolder] : [])];
  if (uid !== undefined) {
    lend(uid, document, write, walls);
    if (publicFolder !== undefined && existsSync(publicFolder)) publish(publicFolder);
  }
  const [inner = program, ...rest] = wallsCommand(walls, {
    program,
    args,
    read: [...read, document],
    write,
    uid,
  });
  const { command, args: all } = limitedCommand(inner, rest, limits);
  // A session of its own, without a terminal that it could type into; on Windows it would be a window.
  const detached = process.platform !== 'win32';
  const child = spawn(command, all, { cwd: '/', env: { HOME: '/', ...env }, stdio, detached });
  const memory = watchMemory(child, watchedMb);
  return { child, usedMs: memory.usedMs, isOverMemory: memory.isOver };
}
