import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startConfined } from './start-confined.ts';
import { nodeFlags, readablePaths } from './start-sandbox.ts';
import { describeWalls, findWalls, NO_WALLS, openings } from './walls.ts';
import type { Walls } from './walls-command.ts';

const LIMITS = { memoryMb: 512, threads: 1, fileBytes: 1_048_576 };
const isRoot = process.getuid?.() === 0;
const found = findWalls();
if (openings(found).length > 0) console.warn(`NOT TESTED in full: ${describeWalls(found)}`);

/** What each kind of walls must withstand on this machine, from the strongest that it has down. */
const kinds: [string, Walls][] = [
  ...(found.namespaces === undefined ? [] : [[`${found.namespaces}, as found`, found] as [string, Walls]]),
  ...(found.namespaces === 'bubblewrap' ? [['unshare', { ...found, namespaces: 'unshare' }] as [string, Walls]] : []),
];

let folder: string;
let documentPath: string;
let secretPath: string;
let outside: string;
let tcp: Server;
let unix: Server;
const heard: string[] = [];
const udp = createSocket('udp4');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'omnirag-walls-'));
  await mkdir(join(folder, 'mine'), { mode: 0o700 });
  documentPath = join(folder, 'mine', 'document');
  await writeFile(documentPath, 'the document', { mode: 0o600 });
  // Everybody may look into the folder beside; what lies in it is its owner's.
  outside = join(folder, 'beside');
  await mkdir(outside);
  await chmod(folder, 0o755);
  secretPath = join(outside, 'secrets.json');
  await writeFile(secretPath, 'the secret', { mode: 0o600 });
  tcp = createServer((socket) => socket.end()).on('connection', () => heard.push('tcp'));
  tcp.listen(0, '127.0.0.1');
  unix = createServer((socket) => socket.end()).on('connection', () => heard.push('unix'));
  unix.listen(join(outside, 'socket'));
  udp.on('message', () => heard.push('udp')).bind(0, '127.0.0.1');
  await Promise.all([once(tcp, 'listening'), once(unix, 'listening'), once(udp, 'listening')]);
});
afterAll(async () => {
  tcp.close();
  unix.close();
  udp.close();
  await rm(folder, { recursive: true });
});

/** Runs an attack as the code of a reader that was taken over; what it prints is one JSON value. */
async function attack(walls: Walls, flags: string[], code: string): Promise<Record<string, unknown>> {
  const script = join(folder, 'mine', 'attack.mjs');
  await writeFile(script, `const results = {};\n${code}\nconsole.log(JSON.stringify(results));`, { mode: 0o644 });
  const { child } = startConfined(
    {
      program: process.execPath,
      args: [...flags, script],
      document: documentPath,
      read: [script, ...readablePaths()],
      limits: LIMITS,
      env: {},
      stdio: ['ignore', 'pipe', 'pipe'],
    },
    walls,
  );
  if (!child.stdout || !child.stderr) throw new Error('The attack has no pipes.');
  const [out, said] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (out === '') throw new Error(`The attack did not run: ${said}`);
  return JSON.parse(out) as Record<string, unknown>;
}

/** Without any of Node's permissions, as code would run that broke out of JavaScript. */
describe.each(kinds)('walls of %s', (_, walls) => {
  it('leave the document to be read, and nothing else', async () => {
    const code = `
      import { readFileSync, writeFileSync, readdirSync } from 'node:fs';
      const attempt = (name, act) => { try { results[name] = act() ?? 'done'; } catch (error) { results[name] = error.code; } };
      attempt('document', () => readFileSync(${JSON.stringify(documentPath)}, 'utf8'));
      attempt('secret', () => readFileSync(${JSON.stringify(secretPath)}, 'utf8'));
      attempt('environment', () => readFileSync('/proc/${process.pid}/environ', 'utf8').length);
      attempt('memory', () => readFileSync('/proc/${process.pid}/maps', 'utf8').length);
      attempt('processes', () => readdirSync('/proc')
        .filter((name) => Number(name) > 1 && Number(name) !== process.pid).length);
      attempt('write', () => writeFileSync(${JSON.stringify(join(outside, 'written'))}, 'x'));
      attempt('document again', () => writeFileSync('/etc/omnirag-was-here', 'x'));
      attempt('kill', () => process.kill(${process.pid}, 0));`;
    const results = await attack(walls, [], code);
    expect(results.document).toBe('the document');
    expect(results.secret).toMatch(/^(ENOENT|EACCES)$/);
    expect(results.environment).toMatch(/^(ENOENT|EACCES)$/);
    expect(results.memory).toMatch(/^(ENOENT|EACCES)$/);
    expect(results.processes).toBe(0);
    expect(results.write).toMatch(/^(ENOENT|EACCES|EROFS)$/);
    expect(results['document again']).toMatch(/^(ENOENT|EACCES|EROFS)$/);
    expect(results.kill).toBe('ESRCH');
    expect(await readdir(outside)).toEqual(['secrets.json', 'socket']);
    expect(await readFile(secretPath, 'utf8')).toBe('the secret');
  });

  it('let nothing reach a network or a socket', async () => {
    const address = tcp.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const code = `
      import { connect, createServer } from 'node:net';
      import { createSocket } from 'node:dgram';
      import { networkInterfaces } from 'node:os';
      import { once } from 'node:events';
      const reach = (...to) => new Promise((resolve) => connect(...to)
        .on('connect', () => resolve('connected')).on('error', (error) => resolve(error.code)));
      results.tcp = await reach(${port}, '127.0.0.1');
      results.unix = await reach(${JSON.stringify(join(outside, 'socket'))});
      results.outside = await reach(53, '9.9.9.9');
      results.fetch = await fetch('http://127.0.0.1:${port}').then(() => 'answered', (error) => error.cause?.code);
      const socket = createSocket('udp4');
      results.udp = await new Promise((resolve) => socket.send('x', ${udp.address().port}, '127.0.0.1', (error) => resolve(error?.code ?? 'sent')));
      socket.close();
      results.interfaces = Object.values(networkInterfaces()).flat().filter(({ internal }) => !internal).length;`;
    const results = await attack(walls, [], code);
    expect(results).toMatchObject({ tcp: expect.stringMatching(/^E/), outside: expect.stringMatching(/^E/) });
    expect(results.unix).toMatch(/^(ENOENT|EACCES)$/);
    expect(results.fetch).not.toBe('answered');
    expect(results.interfaces).toBe(0);
    expect(heard).toEqual([]);
  });

  it('leave no right and no way to get one', async () => {
    const code = `
      import { readFileSync } from 'node:fs';
      import { spawnSync } from 'node:child_process';
      const field = (name) => new RegExp(name + ':\\\\s+(\\\\S+)').exec(readFileSync('/proc/self/status', 'utf8'))[1];
      results.capabilities = ['CapInh', 'CapPrm', 'CapEff', 'CapAmb'].map(field);
      results.noNewPrivs = field('NoNewPrivs');
      results.uid = Number(field('Uid'));
      results.mount = spawnSync('/bin/mount', ['-t', 'tmpfs', 'none', '/tmp']).status;`;
    const results = await attack(walls, [], code);
    expect(new Set(results.capabilities as string[])).toEqual(new Set(['0000000000000000']));
    expect(results.noNewPrivs).toBe('1');
    expect(results.mount).not.toBe(0);
    if (isRoot) expect(results.uid).toBeGreaterThan(60_000);
    else expect(results.uid).toBe(process.getuid?.());
  });

  it('stand back for others, also where the kernel divides the processor by session', async () => {
    const code = `
      import { readFileSync } from 'node:fs';
      import { getPriority } from 'node:os';
      results.priority = getPriority();
      try { results.group = readFileSync('/proc/self/autogroup', 'utf8'); } catch { results.group = 'none'; }`;
    const { priority, group } = await attack(walls, [], code);
    expect(priority).toBe(10);
    expect(group).toMatch(/^none$| nice 10\n$/);
  });

  it('end with who built them', { timeout: 60_000 }, async () => {
    const script = join(folder, 'mine', 'loop.mjs');
    await writeFile(script, 'console.log("begun"); for (;;);', { mode: 0o644 });
    const order = {
      program: process.execPath,
      args: [script],
      document: documentPath,
      read: [script],
      limits: LIMITS,
      env: {},
      stdio: ['ignore', 'inherit', 'ignore'],
    };
    const code = `import { startConfined } from ${JSON.stringify(join(import.meta.dirname, 'start-confined.ts'))};
      startConfined(${JSON.stringify(order)}, ${JSON.stringify(walls)});`;
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (!parent.stdout) throw new Error('No pipe.');
    await once(parent.stdout, 'data');
    parent.kill('SIGKILL');
    // The program holds the other end: this comes only when it is gone.
    const end = once(parent.stdout, 'end');
    parent.stdout.resume();
    await end;
  });
});

describe("Node's permissions", () => {
  const flagsFor = (threads: number): string[] =>
    nodeFlags({ path: documentPath, memoryMb: 512, nativeAddons: false, threads, ownWatchdog: false });
  const ESCAPE = `
    import { Worker } from 'node:worker_threads';
    import { createRequire } from 'node:module';
    import { once } from 'node:events';
    const code = "require('node:worker_threads').parentPort.postMessage(require('node:fs').readFileSync('" + ${JSON.stringify('SECRET')} + "', 'utf8'))";
    const ways = [[code, { eval: true, execArgv: [] }], ['/tmp/of-its-own.mjs', { execArgv: [] }], [code, { eval: true, env: {} }]];
    results.threads = [];
    for (const [file, options] of ways) for (const Kind of [Worker, Worker.prototype.constructor, createRequire(import.meta.url)('worker_threads').Worker]) {
      try { const worker = new Kind(file, options); const [message] = await once(worker, 'message'); results.threads.push(message); } catch (error) { results.threads.push(error.code ?? error.message); }
    }`;

  it('start no thread where a format needs none', async () => {
    const code = ESCAPE.replace('SECRET', secretPath);
    const { threads } = await attack(NO_WALLS, [...flagsFor(0), `--allow-fs-read=${folder}/mine`], code);
    expect(new Set(threads as string[])).toEqual(new Set(['ERR_ACCESS_DENIED']));
  });

  it('start no other thread by what JavaScript lets one change', async () => {
    const lock = `import { lockWorkers } from ${JSON.stringify(join(import.meta.dirname, 'lock-workers.ts'))};\nlockWorkers();`;
    const code = `${lock}
      import { Worker } from 'node:worker_threads';
      Array.prototype.some = () => false;
      Set.prototype.has = () => true;
      let given;
      Reflect.construct = (kind) => { given = kind; return {}; };
      results.ways = [];
      for (const options of [{ eval: true, execArgv: [] }, Object.create({ execArgv: ['--import', 'data:text/javascript,1'] })]) {
        try { new Worker("1", options); results.ways.push('started'); } catch (error) { results.ways.push(error.message); }
      }
      results.given = given === undefined;`;
    const { ways, given } = await attack(NO_WALLS, [...flagsFor(1), `--allow-fs-read=${folder}/mine`], code);
    expect(new Set(ways as string[])).toEqual(new Set(['A reader starts no threads of its own.']));
    expect(given).toBe(true);
  });

  it('start no thread but the ones of the reader where a format needs one', async () => {
    const lock = `import { lockWorkers } from ${JSON.stringify(join(import.meta.dirname, 'lock-workers.ts'))};\nlockWorkers();`;
    const code = lock + ESCAPE.replace('SECRET', secretPath);
    const { threads } = await attack(NO_WALLS, [...flagsFor(1), `--allow-fs-read=${folder}/mine`], code);
    expect(new Set(threads as string[])).toEqual(new Set(['A reader starts no threads of its own.']));
  });
});

it('says what a machine cannot give', () => {
  expect(openings({ namespaces: 'bubblewrap', noPrivileges: true, ownUser: false })).toEqual([]);
  expect(openings({ namespaces: 'unshare', noPrivileges: true, ownUser: true })).toEqual([]);
  expect(openings(NO_WALLS)).toHaveLength(3);
  expect(describeWalls(NO_WALLS)).toMatch(/not fully sandboxed.*network.*bubblewrap|only Linux/);
});
