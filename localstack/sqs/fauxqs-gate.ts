import { type RequestListener, Server } from 'node:http';
import { sameText } from '#localstack/aws/signature.ts';

/** The header by which our front shows that a request comes from it. */
export const GATE_HEADER = 'x-omnirag-gate';

/**
 * fauxqs listens on every interface of the machine and checks no signature. While `start` runs, each HTTP server that
 * starts to listen is bound to the loopback interface instead, and answers 403 to whoever doesn't know `key`.
 */
export async function behindGate<T>(key: string, start: () => Promise<T>): Promise<T> {
  const listen = Server.prototype.listen;
  function listenBehindGate(this: Server, ...args: unknown[]): Server {
    const [options, ...rest] = args;
    const bound = typeof options === 'object' && options !== null ? { ...options, host: '127.0.0.1' } : options;
    guard(this, key);
    return Reflect.apply(listen, this, [bound, ...rest]);
  }
  Server.prototype.listen = listenBehindGate;
  try {
    return await start();
  } finally {
    Server.prototype.listen = listen;
  }
}

function guard(server: Server, key: string): void {
  const listeners = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const given = request.headers[GATE_HEADER];
    if (typeof given === 'string' && sameText(given, key)) {
      for (const listener of listeners) listener.call(server, request, response);
      return;
    }
    response.writeHead(403).end();
  });
}
