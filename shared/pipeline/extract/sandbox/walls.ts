import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { limitedCommand } from './os-limits.ts';
import { type ConfinedProgram, wallsCommand } from './walls-command.ts';

/** What the operating system puts around the processes that read what strangers made. Node's own permissions stand within. */
export interface Walls {
  /**
   * What gives them a network without a way out, and processes of their own: bubblewrap, which shows them no other files
   * than theirs either, or `unshare` of util-linux, which leaves the files to their owners' modes.
   */
  namespaces: 'bubblewrap' | 'unshare' | undefined;
  /** Whether nothing they start can gain a right that they do not have (`no_new_privs`, no capabilities). */
  noPrivileges: boolean;
  /** Whether each runs as a user that nobody else is; only root can have that. */
  ownUser: boolean;
}

export const NO_WALLS: Walls = { namespaces: undefined, noPrivileges: false, ownUser: false };

const PROGRAM = fileURLToPath(new URL('./child.ts', import.meta.url));
/** A shell and two programs of util-linux start in a tenth of a second; a machine under load takes longer. */
const TRIAL_MS = 10_000;
const TRIAL_MB = 64;

let found: Walls | undefined;

/**
 * The strongest walls that this machine builds for this user: each kind is tried for real, since namespaces may be there
 * and forbidden. Looked for once.
 */
export function findWalls(): Walls {
  found ??= candidates().find(canBeBuilt) ?? NO_WALLS;
  return found;
}

/** From the strongest to the weakest; `NO_WALLS` is left out. */
function candidates(): Walls[] {
  if (process.platform !== 'linux') return [];
  const namespaces = ['bubblewrap', 'unshare', undefined] as const;
  const asRoot = namespaces.map((each) => ({ namespaces: each, noPrivileges: true, ownUser: true }));
  const asOneself = namespaces.map((each) => ({ namespaces: each, noPrivileges: true, ownUser: false }));
  return process.getuid?.() === 0 ? [...asRoot, ...asOneself] : asOneself;
}

function canBeBuilt(walls: Walls): boolean {
  // The program must be there to be read, whoever reads: a project below /root is nobody else's.
  const trial: ConfinedProgram = { program: '/bin/sh', args: ['-c', 'test -r "$0"', PROGRAM], read: [PROGRAM] };
  const [inner = '', ...rest] = wallsCommand(walls, trial);
  const { command, args } = limitedCommand(inner, rest, { memoryMb: TRIAL_MB, threads: 0, fileBytes: 0 });
  return spawnSync(command, args, { stdio: 'ignore', timeout: TRIAL_MS, cwd: '/', env: {} }).status === 0;
}

/** What the walls leave open, one sentence each, with what would close it; none where all stand. */
export function openings({ namespaces, noPrivileges, ownUser }: Walls): string[] {
  const isLinux = process.platform === 'linux';
  const remedy = isLinux
    ? 'install bubblewrap, or let users make namespaces'
    : 'only Linux has what closes this: run where strangers send files there';
  return [
    ...(namespaces === undefined ? [`it reaches the network and other processes (${remedy})`] : []),
    ...(namespaces === 'bubblewrap' || ownUser
      ? []
      : [`only Node's permissions keep it from files of this user (${isLinux ? 'install bubblewrap' : remedy})`]),
    ...(noPrivileges ? [] : [`it keeps the rights of this user (${isLinux ? 'install util-linux' : remedy})`]),
  ];
}

/** One line for whoever starts the system: what stands around the readers, or what is missing. */
export function describeWalls(walls: Walls): string {
  const open = openings(walls);
  if (open.length > 0) {
    return `Files are read in a process that is not walled off on this machine: ${open.join('; ')}. See SECURITY.md.`;
  }
  const user = walls.ownUser ? ', as a user of its own' : '';
  return `Files are read in a process without network and rights${user} (${walls.namespaces}).`;
}
