import { existsSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';

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

/** A program to be run within walls. */
export interface ConfinedProgram {
  /** Absolute. */
  program: string;
  args: readonly string[];
  /** Files and folders it reads, beside the system's libraries; absolute, and there. */
  read: readonly string[];
  /** A folder it writes into. */
  write?: string | undefined;
  /** The user and group it becomes where walls have `ownUser`. */
  uid?: number | undefined;
}

/** The system's programs, libraries and fonts, where a distribution has them; not all of /usr, where projects lie too. */
const SYSTEM = [
  ...['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libexec', 'local/bin', 'local/lib'].map((name) => `/usr/${name}`),
  ...['nodejs', 'fonts', 'fontconfig'].map((name) => `/usr/share/${name}`),
  ...['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/nix/store', '/gnu/store'],
  ...['/etc/ld.so.cache', '/etc/ld.so.conf', '/etc/ld.so.conf.d', '/etc/fonts', '/etc/alternatives'],
];

/** Of a reader: 61184 to 65519 is where systemd takes users from that exist for as long as a process does. */
export const FIRST_UID = 61_184;
export const UIDS = 4_336;

/** The command, its first word the program to be started, that runs `confined` within `walls`. */
export function wallsCommand(walls: Walls, confined: ConfinedProgram): string[] {
  return [...namespaces(walls, confined), ...privileges(walls, confined), confined.program, ...confined.args];
}

function namespaces(walls: Walls, confined: ConfinedProgram): string[] {
  switch (walls.namespaces) {
    case 'bubblewrap':
      return bubblewrap(walls, confined);
    case 'unshare':
      return unshare(walls);
    case undefined:
      return [];
  }
}

/** An empty root with nothing in it but what is named; a user namespace too, except where another user is needed. */
function bubblewrap({ ownUser }: Walls, { program, read, write }: ConfinedProgram): string[] {
  const shown = [...new Set([realpathSync(program), program, ...read])].filter((path) => !isSystem(path));
  return [
    'bwrap',
    ...['--unshare-pid', '--unshare-net', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'],
    ...(ownUser ? [] : ['--unshare-user']),
    // Its own first process, which is of the same user, ends with it and takes all others along: without rights it may
    // not send a signal to the user that the program becomes.
    ...['--die-with-parent', '--cap-drop', 'ALL'],
    // To become another user; given up in the same breath, before the program starts.
    ...(ownUser ? ['CAP_SETUID', 'CAP_SETGID', 'CAP_SETPCAP'].flatMap((each) => ['--cap-add', each]) : []),
    ...folderCommands(SYSTEM.filter((path) => existsSync(path)).flatMap(ancestors)),
    ...SYSTEM.flatMap((path) => ['--ro-bind-try', path, path]),
    ...['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp'],
    ...folderCommands([...shown, ...(write === undefined ? [] : [write])].flatMap(ancestors)),
    ...shown.flatMap((path) => ['--ro-bind', path, path]),
    ...(write === undefined ? [] : ['--bind', write, write]),
    ...['--chdir', '/', '--'],
  ];
}

/** Folders that it makes on the way by itself would be root's alone. */
function folderCommands(folders: readonly string[]): string[] {
  return [...new Set(folders)].flatMap((folder) => ['--perms', '0755', '--dir', folder]);
}

/** From the highest to the folder that holds it; without the root. */
function ancestors(path: string): string[] {
  const folder = dirname(path);
  return folder === path || folder === dirname(folder) ? [] : [...ancestors(folder), folder];
}

function isSystem(path: string): boolean {
  return SYSTEM.some((folder) => existsSync(folder) && path.startsWith(`${folder}/`));
}

/** Ends with its parent: `setpriv` asks the kernel for that, and `unshare` passes it on. */
function unshare({ ownUser }: Walls): string[] {
  return [
    ...['setpriv', '--pdeathsig', 'KILL', '--', 'unshare'],
    ...(ownUser ? [] : ['--user', '--map-current-user']),
    ...['--net', '--ipc', '--uts', '--pid', '--fork', '--kill-child', '--mount-proc', '--'],
  ];
}

function privileges({ namespaces, noPrivileges, ownUser }: Walls, { uid = FIRST_UID }: ConfinedProgram): string[] {
  // Bubblewrap sees to it itself, except for the user.
  if (!noPrivileges || (namespaces === 'bubblewrap' && !ownUser)) return [];
  const user = ['--reuid', uid, '--regid', uid, '--clear-groups'].map(String);
  return [
    ...['setpriv', '--no-new-privs', '--inh-caps=-all', '--ambient-caps=-all'],
    ...(ownUser ? user : []),
    ...(process.getuid?.() === 0 ? ['--bounding-set=-all'] : []),
    // What the walls have asked the kernel for, the end with their own, is forgotten where a process changes its user.
    ...['--pdeathsig', 'KILL'],
    '--',
  ];
}
