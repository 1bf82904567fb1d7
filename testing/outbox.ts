import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, inject } from 'vitest';
import { type DelayingProxy, startDelayingProxy } from './delaying-proxy.ts';
import { newTestContainer, type TestContainer } from './test-container.ts';

/** Longer than any run of a test takes. */
export const SLICE_MS = 20_000;

export interface OutboxParts {
  /** A database of its own, and what publishes from it. */
  setUp(settings?: Parameters<typeof newTestContainer>[0]): Promise<TestContainer>;
  /** A way to the vector store that holds the requests that write to `path`. */
  proxyThatHolds(path: RegExp): Promise<DelayingProxy>;
  /** @returns the address of a vector store that answers every request with 400 */
  serverThatRefuses(): Promise<string>;
}

/** What tests of the outbox are made of; each part is closed after the test that asked for it. */
export function outboxParts(): OutboxParts {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const part of open.splice(0).reverse()) await part.close();
  });
  const kept = <T extends { close(): Promise<void> }>(part: T): T => {
    open.push(part);
    return part;
  };
  return {
    setUp: async (settings = {}) => kept(await newTestContainer(settings)),
    proxyThatHolds: async (path) =>
      kept(
        await startDelayingProxy(
          inject('system').env.QDRANT_URL ?? '',
          (method, url) => method === 'PUT' && path.test(url),
        ),
      ),
    serverThatRefuses: async () => {
      const server = createServer((_, response) => {
        response.writeHead(400, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ status: { error: 'refused' }, time: 0 }));
      });
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
      kept({
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      });
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
  };
}

export function fileRow({ everyone }: Pick<TestContainer, 'everyone'>, fileId: string) {
  return everyone.selectFrom('files').selectAll().where('id', '=', fileId).executeTakeFirst();
}
