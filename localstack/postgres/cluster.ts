import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, chown, lstat, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Account, chooseAccount } from './account.ts';
import { locateBinaries } from './binaries.ts';
import { endLeftoverServer } from './leftover.ts';

export interface Cluster {
  port: number;
  pid: number;
  stop(): Promise<void>;
}

export interface ClusterOptions {
  dataDir: string;
  /** Tried in order until one is free. */
  ports: AsyncIterable<number>;
  password: string;
  onLine(line: string): void;
}

export const SUPERUSER = 'postgres';
export const DATABASE = 'omnirag';

/**
 * What differs from PostgreSQL's defaults: small enough for a developer's machine, reachable from this machine only,
 * and as durable as ever (fsync and synchronous_commit stay on).
 */
const SETTINGS: Record<string, string | number> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: 100,
  shared_buffers: '64MB',
  max_wal_size: '512MB',
  wal_level: 'minimal',
  max_wal_senders: 0,
  jit: 'off',
  log_min_messages: 'warning',
  log_statement: 'none',
  // Which kind of process says it; see isForPeople.
  log_line_prefix: '%m [%p] %b: ',
  password_encryption: 'scram-sha-256',
};

/** Starts PostgreSQL on a data folder, made on first use; ends a server that was left there. @throws Error */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const binaries = await locateBinaries();
  const { dataDir } = options;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await endLeftoverServer(dataDir);
  const account = await chooseAccount(binaries.postgres, dataDir);
  await initialise(binaries.initdb, dataDir, options.password, account);
  await own(dataDir, account);
  for await (const port of options.ports) {
    const cluster = await tryStart(binaries.postgres, dataDir, port, account, options.onLine);
    if (cluster !== 'port taken') return cluster;
  }
  throw new Error('no free port for PostgreSQL; set POSTGRES_PORT');
}

/** Makes the cluster beside its place and moves it there when it is complete, so that a kill leaves no half of one. */
async function initialise(initdb: string, dataDir: string, password: string, account: Account): Promise<void> {
  const present = await access(join(dataDir, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
  if (present) return;
  const draft = join(dataDir, 'draft');
  const passwordFile = join(dataDir, 'password');
  // PG_VERSION comes last, so without it nothing here was ever used.
  for (const entry of await readdir(dataDir)) await rm(join(dataDir, entry), { recursive: true });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account.owner !== undefined) await chown(passwordFile, account.owner.uid, account.owner.gid);
  try {
    await runToEnd(account, initdb, [
      `--pgdata=${draft}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // The collation that is inside PostgreSQL: the same on every machine, whatever locales it has.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-locale',
    ]);
  } finally {
    await rm(passwordFile, { force: true });
  }
  for (const entry of (await readdir(draft)).filter((name) => name !== 'PG_VERSION')) {
    await rename(join(draft, entry), join(dataDir, entry));
  }
  await rename(join(draft, 'PG_VERSION'), join(dataDir, 'PG_VERSION'));
  await rm(draft, { recursive: true });
}

async function runToEnd(account: Account, program: string, args: string[]): Promise<void> {
  const command = account.wrap(program, args);
  const child = spawn(command.file, command.args, {
    ...command.ids,
    cwd: dirname(program),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`initdb failed: ${output.trim().split('\n').slice(-3).join(' ')}`);
}

async function tryStart(
  program: string,
  dataDir: string,
  port: number,
  account: Account,
  onLine: (line: string) => void,
): Promise<Cluster | 'port taken'> {
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const command = account.wrap(program, ['-D', dataDir, '-p', String(port), ...settings]);
  const child = spawn(command.file, command.args, {
    ...command.ids,
    cwd: dirname(program),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(child, 'exit');
  const lines: string[] = [];
  const outcome = await new Promise<'ready' | 'ended'>((resolve, reject) => {
    child.once('error', reject);
    createInterface(child.stderr).on('line', (line) => {
      if (line.includes('ready to accept connections')) resolve('ready');
      else if (isForPeople(line)) onLine(line);
      lines.push(line);
      if (lines.length > 20) lines.shift();
    });
    exited.then(() => resolve('ended'), reject);
  });
  if (outcome === 'ended') {
    if (lines.some((line) => line.includes('could not bind'))) return 'port taken';
    throw new Error(`PostgreSQL did not start: ${lines.slice(-3).join(' ')}`);
  }
  return {
    port,
    pid: child.pid ?? 0,
    async stop() {
      child.kill('SIGINT');
      await exited;
    },
  };
}

/**
 * A statement that was refused is told to whoever sent it, who often reckoned with it (an address that is taken), and
 * otherwise logs it with the request it belongs to. What nobody else hears of is passed on.
 */
function isForPeople(line: string): boolean {
  return /\b(WARNING|ERROR|FATAL|PANIC): /.test(line) && !line.includes('] client backend: ERROR: ');
}

/** After a change of account (another user, a restored backup) the whole folder changes hands. */
async function own(dataDir: string, { owner }: Account): Promise<void> {
  await chmod(dataDir, 0o700);
  if (owner === undefined || (await stat(join(dataDir, 'PG_VERSION'))).uid === owner.uid) return;
  for (const entry of await readdir(dataDir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!(await lstat(path)).isSymbolicLink()) await chown(path, owner.uid, owner.gid);
  }
}
