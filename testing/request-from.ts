import { request } from 'node:http';

/** A request that comes from one of this machine's loopback addresses, such as 127.0.0.2. */
export function requestFrom(
  address: string,
  method: string,
  url: string,
  body?: unknown,
  headers: Record<string, string | string[]> = {},
): Promise<{ status: number; headers: Record<string, string | string[] | undefined>; body: unknown }> {
  return new Promise((resolve, reject) => {
    const target = new URL(url);
    const outgoing = request(
      {
        // By address: the name might lead to ::1, which an address of version 4 cannot reach.
        host: '127.0.0.1',
        port: target.port,
        path: target.pathname,
        method,
        localAddress: address,
        headers: { host: target.host, 'content-type': 'application/json', ...headers },
      },
      (incoming) => {
        const parts: Buffer[] = [];
        incoming.on('data', (part: Buffer) => parts.push(part));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const text = Buffer.concat(parts).toString('utf8');
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: text === '' ? undefined : JSON.parse(text),
          });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
