import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the range from which systems take the ports of outgoing connections, so that none can take one in between. */
const FREE_PORTS = { from: 20_000, to: 32_000 };

/** @throws Error with code EADDRINUSE or EACCES when nothing can listen there now */
export async function assertListenable(host: string, port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, resolve);
  });
  await new Promise((resolve) => server.close(resolve));
}

/** A port on which nothing listens now, for servers that can't be asked for "any". */
export async function findFreePort(host: string): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = randomInt(FREE_PORTS.from, FREE_PORTS.to);
    const free = await assertListenable(host, port).then(
      () => true,
      () => false,
    );
    if (free) return port;
  }
  throw new Error(`no free port between ${FREE_PORTS.from} and ${FREE_PORTS.to}`);
}
