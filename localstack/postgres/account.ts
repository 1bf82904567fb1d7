import { execFile } from 'node:child_process';
import { chown, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** How to start a program of PostgreSQL, which refuses to run as root. */
export interface Account {
  /** Turns a command into the one to spawn, and the ids to spawn it with. */
  wrap(file: string, args: readonly string[]): { file: string; args: string[]; ids: { uid?: number; gid?: number } };
  /** Who has to own the data folder; undefined when it stays as it is. */
  owner: { uid: number; gid: number } | undefined;
}

const SAME_USER: Account = { owner: undefined, wrap: (file, args) => ({ file, args: [...args], ids: {} }) };

/**
 * As root: the account `postgres` (made when missing) if it can reach the programs and the data; else, where some folder
 * above them is closed to it (a checkout under /root or in a fresh temporary folder), a user namespace in which root's
 * files belong to that account. As anybody else: oneself.
 *
 * @throws Error saying which folder is closed
 */
export async function chooseAccount(program: string, dataDir: string): Promise<Account> {
  if (process.getuid?.() !== 0) return SAME_USER;
  const ids = await postgresIds();
  const asAccount: Account = { owner: ids, wrap: (file, args) => ({ file, args: [...args], ids }) };
  if (await canReach(asAccount, program, dataDir)) return asAccount;
  const inNamespace: Account = {
    owner: { uid: 0, gid: 0 },
    wrap: (file, args) => ({
      file: 'unshare',
      args: ['--user', `--map-user=${ids.uid}`, `--map-group=${ids.gid}`, '--', file, ...args],
      ids: {},
    }),
  };
  if (await canReach(inNamespace, program, dataDir)) return inNamespace;
  throw new Error(
    `PostgreSQL does not run as root, and the account "postgres" cannot access ${await closedFolder(program, dataDir)}. ` +
      'Start as another user, move the checkout and OMNIRAG_DATA_DIR to a folder that this account can access, or set DATABASE_URL.',
  );
}

async function canReach(account: Account, program: string, dataDir: string): Promise<boolean> {
  if (account.owner !== undefined) await chown(dataDir, account.owner.uid, account.owner.gid);
  const probe = account.wrap('sh', [
    '-c',
    'test -x "$1" && test -r "$1" && cd "$2" && test -w .',
    'sh',
    program,
    dataDir,
  ]);
  return run(probe.file, probe.args, { ...probe.ids, cwd: '/' }).then(
    () => true,
    () => false,
  );
}

async function postgresIds(): Promise<{ uid: number; gid: number }> {
  const known = (await idsOf('postgres')) ?? (await createAccount());
  const ids = known ?? (await idsOf('nobody'));
  if (ids === undefined)
    throw new Error('PostgreSQL does not run as root, and the account "postgres" could not be created');
  return ids;
}

async function createAccount(): Promise<{ uid: number; gid: number } | undefined> {
  const made = await run('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']).then(
    () => true,
    () => false,
  );
  return made ? idsOf('postgres') : undefined;
}

async function idsOf(name: string): Promise<{ uid: number; gid: number } | undefined> {
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map((flag) =>
      run('id', [flag, name]).then(
        ({ stdout }) => Number(stdout),
        () => undefined,
      ),
    ),
  );
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
}

async function closedFolder(...paths: string[]): Promise<string> {
  for (const path of paths) {
    for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
      if (((await stat(folder)).mode & 0o001) === 0) return folder;
    }
  }
  return paths.join(' or ');
}
