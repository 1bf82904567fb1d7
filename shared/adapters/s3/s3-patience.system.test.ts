import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as pass } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ObjectStorage } from '#shared/ports/object-storage.ts';
import { createS3ObjectStorage } from './s3-object-storage.ts';

const PATIENCE_MS = 200;
const open: (() => void)[] = [];
beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterEach(() => {
  for (const close of open.splice(0)) close();
  vi.unstubAllEnvs();
});

async function storageAt(answer: RequestListener): Promise<ObjectStorage> {
  const server = createServer(answer);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return createS3ObjectStorage({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    buckets: { incoming: 'incoming', storage: 'storage' },
    patience: { silentMs: PATIENCE_MS, quickMs: PATIENCE_MS },
  });
}

async function first(storage: ObjectStorage): Promise<unknown> {
  for await (const object of storage.list('storage', '')) return object;
  return undefined;
}

it.each<[string, (storage: ObjectStorage) => Promise<unknown>]>([
  ['head', (storage) => storage.head('storage', 'a')],
  ['read', (storage) => storage.read('storage', 'a')],
  ['write', (storage) => storage.write('storage', 'a', Buffer.from('x'), 'text/plain')],
  ['delete', (storage) => storage.delete('storage', 'a')],
  ['list', first],
])('a store that takes a request and never answers is away: %s', async (_, ask) => {
  let tries = 0;
  const storage = await storageAt(() => {
    tries += 1;
  });
  await expect(ask(storage)).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
  expect(tries).toBe(3);
});

it('a listing that stops in its middle ends, too', async () => {
  const storage = await storageAt((_, response) => {
    response.writeHead(200, { 'content-type': 'application/xml' }).write('<?xml version="1.0"?><ListBucketResult>');
  });
  await expect(first(storage)).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
});

it('bytes that come slowly, and a reader that takes its time, are waited for', async () => {
  const storage = await storageAt(async (_, response) => {
    response.writeHead(200, { 'content-length': '8' });
    for (const byte of 'slow ans') {
      response.write(byte);
      await pass(PATIENCE_MS / 2);
    }
    response.end();
  });
  const found = await storage.read('storage', 'a');
  await pass(PATIENCE_MS * 3);
  let text = '';
  for await (const chunk of found?.body ?? []) text += chunk;
  expect(text).toBe('slow ans');
});

it('a writer that takes its time is waited for', async () => {
  const taken: Buffer[] = [];
  const storage = await storageAt(async (request, response) => {
    for await (const chunk of request) taken.push(chunk);
    response.writeHead(200, { etag: '"a"' }).end();
  });
  const slowly = async function* (): AsyncGenerator<Buffer> {
    for (const word of ['slow', ' ', 'words']) {
      await pass(PATIENCE_MS * 2);
      yield Buffer.from(word);
    }
  };
  await storage.write('storage', 'a', Readable.from(slowly()), 'text/plain');
  expect(Buffer.concat(taken).toString()).toBe('slow words');
});
