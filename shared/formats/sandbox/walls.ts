import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lend } from './lend.ts';
import { limitedCommand } from './os-limits.ts';
import { type ConfinedProgram, FIRST_UID, type Walls, wallsCommand } from './walls-command.ts';

export const NO_WALLS: Walls = { namespaces: undefined, noPrivileges: false, ownUser: false };

/** What else reading needs: the program, and a library of it. */
const READ = [
  fileURLToPath(new URL('./child.ts', import.meta.url)),
  createRequire(import.meta.url).resolve('pdfjs-dist/package.json'),
];
/** A shell and the program start in a fifth of a second; a machine under load takes longer. */
const TRIAL_MS = 20_000;
const TRIALS = 3;
const TRIAL_MB = 128;

const found = new Map<string, Walls>();

/**
 * The strongest walls that this machine builds for this user around a program: each kind is tried for real, with the program
 * and a private file, since namespaces may be there and forbidden, and a library where walls do not show it. Looked for once.
 * @param program absolute
 * @param versionFlag with which the program ends at once, without an error
 * @throws Error when trials do not end in time
 */
export function findWalls(program: string = process.execPath, versionFlag = '--version'): Walls {
  const known = found.get(program);
  if (known) return known;
  const walls = candidates().find((each) => canBeBuilt(each, program, versionFlag)) ?? NO_WALLS;
  found.set(program, walls);
  return walls;
}

/** From the strongest to the weakest; `NO_WALLS` is left out. */
function candidates(): Walls[] {
  if (process.platform !== 'linux') return [];
  const namespaces = ['bubblewrap', 'unshare', undefined] as const;
  const asRoot = namespaces.map((each) => ({ namespaces: each, noPrivileges: true, ownUser: true }));
  const asOneself = namespaces.map((each) => ({ namespaces: each, noPrivileges: true, ownUser: false }));
  return process.getuid?.() === 0 ? [...asRoot, ...asOneself] : asOneself;
}

function canBeBuilt(walls: Walls, program: string, versionFlag: string): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'omnirag-walls-'));
  try {
    const document = join(folder, 'document');
    writeFileSync(document, '', { mode: 0o600 });
    if (walls.ownUser) lend(FIRST_UID, document, undefined, walls);
    const script = 'for file in "$@"; do test -r "$file" || exit 1; done; exec "$0" "$FLAG"';
    const trial: ConfinedProgram = {
      program: '/bin/sh',
      args: ['-c', script, program, document, ...READ],
      read: [document, program, ...READ],
    };
    const [inner = '', ...rest] = wallsCommand(walls, trial);
    const { command, args } = limitedCommand(inner, rest, { memoryMb: TRIAL_MB, threads: 0, fileBytes: 0 });
    for (let trials = 0; trials < TRIALS; trials++) {
      const options = { stdio: 'ignore', timeout: TRIAL_MS, cwd: '/', env: { FLAG: versionFlag } } as const;
      const { status, error } = spawnSync(command, args, options);
      if (!(error && 'code' in error && error.code === 'ETIMEDOUT')) return status === 0;
    }
    throw new Error(`The sandbox for reading files could not be tested within ${(TRIALS * TRIAL_MS) / 1_000} s.`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the walls leave open, one sentence each, with what would close it; none where all stand. */
export function openings({ namespaces, noPrivileges, ownUser }: Walls): string[] {
  const isLinux = process.platform === 'linux';
  const remedy = isLinux
    ? 'install bubblewrap or allow unprivileged user namespaces'
    : 'only Linux can prevent this; use Linux if people you do not trust can upload files';
  return [
    ...(namespaces === undefined ? [`it can reach the network and other processes (${remedy})`] : []),
    ...(namespaces === 'bubblewrap' || ownUser
      ? []
      : [`only Node's permission model keeps it from this user's files (${isLinux ? 'install bubblewrap' : remedy})`]),
    ...(noPrivileges ? [] : [`it keeps this user's privileges (${isLinux ? 'install util-linux' : remedy})`]),
  ];
}

/** One line for whoever starts the system: what stands around the readers, or what is missing. */
export function describeWalls(walls: Walls): string {
  const open = openings(walls);
  if (open.length > 0) {
    return `The process that reads files is not fully sandboxed on this machine: ${open.join('; ')}. See SECURITY.md.`;
  }
  const user = walls.ownUser ? ', as a separate user' : '';
  return `Files are read in a sandboxed process without network access or privileges${user} (${walls.namespaces}).`;
}
