import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, cp, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newPerson } from '#testing/person.ts';
import { findFreePort } from './process/ports.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = ['functions', 'shared', 'console', 'localstack', 'model-server', 'infra', 'samples'];

let copy: string;
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'omnirag-dev-'));
  for (const name of [...SOURCES, 'package.json', 'serverless.yml']) {
    await cp(join(ROOT, name), join(copy, name), { recursive: true });
  }
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rm(copy, { recursive: true, force: true }));

/** As editors save: a new file in place of the old one. */
async function replaceIn(path: string, from: string, to: string): Promise<void> {
  const text = await readFile(join(copy, path), 'utf8');
  expect(text).toContain(from);
  await writeFile(join(copy, `${path}~`), text.replace(from, to));
  await rename(join(copy, `${path}~`), join(copy, path));
}

it('starts again what a change is at work in, and loses nothing', { timeout: 240_000 }, async () => {
  const port = await findFreePort('127.0.0.1');
  const url = `http://localhost:${port}`;
  const child = spawn(process.execPath, [join(copy, 'localstack/dev.ts')], {
    cwd: copy,
    env: { ...process.env, PORT: String(port), OMNIRAG_DATA_DIR: join(copy, 'data'), EMBEDDING_MODEL: 'hashing-384' },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, as a terminal makes one.
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const ended = once(child, 'close');
  const restarts = (): string[] => [...output.matchAll(/^↻ (\S+) +(.*)$/gm)].map(([, what, why]) => `${what}: ${why}`);
  const untilSaid = (text: string) => expect.poll(() => output, { timeout: 60_000 }).toContain(text);
  try {
    await untilSaid('OmniRAG is ready');
    const person = await newPerson(url);
    const answers = async (path: string): Promise<string> =>
      (await fetch(`${url}${path}`).catch(() => undefined))?.text() ?? '';

    // Shared by handlers: no other part has loaded it.
    expect(await answers('/openapi.json')).toContain('Searching passages and pictures.');
    for (const [from, to] of [
      ['passages and pictures', 'what changed'],
      ['what changed', 'it again'],
    ] as const) {
      await replaceIn('shared/api/openapi.ts', `Searching ${from}.`, `Searching ${to}.`);
      await expect.poll(() => answers('/openapi.json'), { timeout: 60_000 }).toContain(`Searching ${to}.`);
    }
    await replaceIn('console/page/console.html', '<title>', '<title>Changed: ');
    await expect.poll(() => answers('/'), { timeout: 60_000 }).toContain('<title>Changed: ');
    await appendFile(join(copy, 'model-server/batcher.ts'), '\n');
    await expect.poll(() => output.match(/^✓ models /gm)?.length, { timeout: 60_000 }).toBe(2);
    // Nothing has loaded it.
    await appendFile(join(copy, 'localstack/start.test.ts'), '\n');
    expect(restarts()).toEqual([
      ...['functions: shared/api/openapi.ts', 'functions: shared/api/openapi.ts'],
      ...['functions: console/page/console.html', 'models: model-server/batcher.ts'],
    ]);

    output = '';
    await appendFile(join(copy, 'serverless.yml'), '\n');
    await untilSaid('OmniRAG is ready');
    expect(restarts()).toEqual(['everything: serverless.yml']);
    expect(await person.request('GET', '/users/me')).toMatchObject({ id: person.id });

    // What does not start is waited for, until it is mended.
    output = '';
    await appendFile(join(copy, 'localstack/start.ts'), 'not TypeScript');
    await untilSaid('It restarts when a file changes.');
    await replaceIn('localstack/start.ts', 'not TypeScript', '');
    await untilSaid('OmniRAG is ready');
  } finally {
    // Ctrl-C reaches every process of the group.
    process.kill(-(child.pid ?? 0), 'SIGINT');
    expect(await ended).toEqual([0, null]);
  }
});
