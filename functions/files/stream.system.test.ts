import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import { environmentMessage } from '#localstack/process/late-environment.ts';
import { type SpawnedPart, spawnPart } from '#localstack/process/spawn-part.ts';
import { makePdf } from '#testing/documents/make-pdf.ts';
import { newPerson, type Person, until, untilSettled, uploadBytes } from '#testing/person.ts';

/** The storage as the function sees it: `cutAfter` bytes of an answer the connection breaks. */
const storage = { cutAfter: Number.POSITIVE_INFINITY };
const output: string[] = [];
let proxy: Server;
let part: SpawnedPart;
let person: Person;
let fileId: string;
let size: number;

beforeAll(async () => {
  const { env } = inject('system');
  const target = env.S3_ENDPOINT ?? '';
  proxy = createServer((incoming, outgoing) => forward(target, incoming, outgoing));
  await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
  const { port } = proxy.address() as AddressInfo;
  part = spawnPart({
    name: 'function-urls',
    script: fileURLToPath(import.meta.resolve('#localstack/function-urls/main.ts')),
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: {
      ...process.env,
      ...env,
      LOG_LEVEL: 'warn',
      S3_ENDPOINT: `http://127.0.0.1:${port}`,
      FUNCTION_URL_HOST: '127.0.0.1',
      FUNCTION_URL_PORT: '0',
      FUNCTION_URL_HANDLER: 'functions/files/stream.handler',
      FUNCTION_URL_NAME: 'stream',
      FUNCTION_URL_TIMEOUT: '60',
      FUNCTION_URL_ORIGINS: 'http://localhost:3000',
    },
    onLine: (line) => output.push(line),
  });
  part.send(environmentMessage({}));
  person = await newPerson();
  const bytes = new Uint8Array(Buffer.concat([makePdf({ pages: 1 }), randomBytes(7 * 1024 ** 2)]));
  size = bytes.byteLength;
  fileId = (await uploadBytes(person, 'long.pdf', bytes)).id;
  await untilSettled(person, fileId);
});
afterAll(async () => {
  await part.stop(1_000);
  proxy.closeAllConnections();
  await new Promise((closed) => proxy.close(closed));
});
beforeEach(() => {
  storage.cutAfter = Number.POSITIVE_INFINITY;
  output.length = 0;
});

function forward(target: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  // The Host header is part of the signature and goes on as it is.
  const { method = 'GET', headers } = incoming;
  const inner = request(new URL(incoming.url ?? '/', target), { method, headers, agent: false }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    let passed = 0;
    answer.on('data', (chunk: Buffer) => {
      passed += chunk.length;
      if (passed > storage.cutAfter) outgoing.destroy();
      else if (!outgoing.write(chunk)) {
        answer.pause();
        outgoing.once('drain', () => answer.resume());
      }
    });
    answer.on('end', () => outgoing.end());
    answer.on('error', () => outgoing.destroy());
    outgoing.on('close', () => answer.destroy());
  });
  inner.on('error', () => outgoing.destroy());
  incoming.pipe(inner);
}

async function download(signal?: AbortSignal): Promise<Response> {
  const redirect = await person.fetch(`/files/${fileId}/content`);
  const address = new URL(redirect.headers.get('location') ?? '');
  address.port = String((await part.ready).port);
  return fetch(address, signal ? { signal } : {});
}

it('streams what the storage holds', async () => {
  expect((await (await download()).arrayBuffer()).byteLength).toBe(size);
  expect(output).toEqual([]);
});

it('breaks off when the storage does, with one warning, and serves the next', async () => {
  storage.cutAfter = 2 * 1024 ** 2;
  const broken = await download();
  expect(broken.status).toBe(200);
  await expect(broken.arrayBuffer()).rejects.toThrow();
  const logged = await until('the warning', 5_000, async () => {
    const lines = output.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as object);
    return lines.length > 0 ? lines : undefined;
  });
  expect(logged).toMatchObject([{ level: 40, msg: 'a download was interrupted', requestId: expect.any(String) }]);
  storage.cutAfter = Number.POSITIVE_INFINITY;
  expect((await (await download()).arrayBuffer()).byteLength).toBe(size);
});

it('says nothing about a client that goes away', async () => {
  const open = () =>
    new Promise<number>((resolve, reject) => {
      proxy.getConnections((error, count) => (error ? reject(error) : resolve(count)));
    });
  const leaving = new AbortController();
  const answer = await download(leaving.signal);
  await answer.body?.getReader().read();
  expect(await open()).toBeGreaterThan(0);
  leaving.abort();
  // The function lets go of the storage once it has learnt of it; what it had to say is written by then.
  await until('the storage to be let go', 5_000, async () => ((await open()) === 0 ? true : undefined));
  expect((await (await download()).arrayBuffer()).byteLength).toBe(size);
  expect(output).toEqual([]);
});

it('takes the methods and the path that the address was signed for, and no others', async () => {
  const redirect = await person.fetch(`/files/${fileId}/content`);
  const address = new URL(redirect.headers.get('location') ?? '');
  address.port = String((await part.ready).port);
  const head = await fetch(address, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, String(size), '']);
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
    const answer = await fetch(address, { method });
    expect([method, answer.status, answer.headers.get('allow')]).toEqual([method, 405, 'GET, HEAD']);
    expect(((await answer.json()) as { code: string }).code).toBe('METHOD_NOT_ALLOWED');
  }
  const statusOf = async (path: string) => {
    const other = new URL(address);
    other.pathname = path;
    const answer = await fetch(other);
    await answer.arrayBuffer();
    return answer.status;
  };
  const another = await uploadBytes(person, 'another.txt', 'Another text of the same person.');
  expect(await statusOf(`/content/${another.id}`)).toBe(401);
  expect(await statusOf(`/exports/${fileId}`)).toBe(401);
  for (const path of ['/', '/anything', `/content/${fileId}/more`, `/content//${fileId}`, `//content/${fileId}`]) {
    expect([path, await statusOf(path)]).toEqual([path, 404]);
  }
});
