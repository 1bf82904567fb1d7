import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

export interface HubServer {
  url: string;
  /** Files asked for so far, e.g. `tiny/words/config.json`, in order. */
  requests: string[];
  /** Answers a file in another way than with its bytes; removed by passing undefined. */
  spoil(file: string, answer: ((response: ServerResponse, bytes: Buffer) => void) | undefined): void;
  stop(): Promise<void>;
}

/** A model hub over HTTP: serves `<folder>/<model>/<file>` at `/<model>/resolve/main/<file>`, 404 for anything else. */
export async function startHubServer(folder: string): Promise<HubServer> {
  const requests: string[] = [];
  const spoilt = new Map<string, (response: ServerResponse, bytes: Buffer) => void>();
  const server = createServer((request, response) => {
    const file = decodeURIComponent(request.url ?? '')
      .slice(1)
      .replace('/resolve/main/', '/');
    requests.push(file);
    readFile(path.join(folder, file)).then(
      (bytes) => {
        const answer = spoilt.get(file);
        if (answer) answer(response, bytes);
        else response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
      },
      () => response.writeHead(404).end('Entry not found'),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests,
    spoil(file, answer) {
      if (answer) spoilt.set(file, answer);
      else spoilt.delete(file);
    },
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
