import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface DelayingProxy {
  url: string;
  /** Requests that are being held back. */
  held: number;
  /** Sends all held requests on, and holds no more. Resolves when the target has answered each. */
  release(): Promise<void>;
  close(): Promise<void>;
}

/**
 * A proxy that takes in whole requests and keeps those that `hold` picks until they are released, whether or not the
 * client still waits: what a network does to a request that was given up.
 */
export async function startDelayingProxy(
  target: string,
  hold: (method: string, path: string) => boolean,
): Promise<DelayingProxy> {
  let holding = true;
  const waiting: (() => Promise<void>)[] = [];
  const server = createServer((incoming, outgoing) => {
    const forward = async (body: Buffer): Promise<void> => {
      const answer = await send(target, incoming, body);
      if (outgoing.writable) outgoing.writeHead(answer.status, answer.headers).end(answer.body);
    };
    buffer(incoming)
      .then((body) => {
        if (!holding || !hold(incoming.method ?? '', incoming.url ?? '')) return forward(body);
        waiting.push(() => forward(body));
        proxy.held = waiting.length;
        return undefined;
      })
      .catch((error: unknown) => outgoing.destroy(error instanceof Error ? error : undefined));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const proxy: DelayingProxy = {
    url: `http://127.0.0.1:${port}`,
    held: 0,
    async release() {
      holding = false;
      await Promise.all(waiting.splice(0).map((forward) => forward()));
      proxy.held = 0;
    },
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
  return proxy;
}

function send(
  target: string,
  incoming: IncomingMessage,
  body: Buffer,
): Promise<{ status: number; headers: IncomingMessage['headers']; body: Buffer }> {
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number;
    headers: IncomingMessage['headers'];
    body: Buffer;
  }>();
  const outgoing = request(new URL(incoming.url ?? '/', target), {
    method: incoming.method,
    headers: { ...incoming.headers, host: new URL(target).host },
    agent: false,
  });
  outgoing.on('error', reject);
  outgoing.on('response', (response) => {
    buffer(response).then(
      (answer) => resolve({ status: response.statusCode ?? 502, headers: response.headers, body: answer }),
      reject,
    );
  });
  outgoing.end(body);
  return promise;
}
