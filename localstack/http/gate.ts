import { type RequestListener, Server } from 'node:http';
import { sameText } from '#shared/crypto/same-text.ts';

/** The header by which a caller of ours shows that it is one. */
export const GATE_HEADER = 'x-omnirag-gate';

export interface GateOptions {
  /** Who doesn't give it in {@link GATE_HEADER} gets 403 and nothing of the request is looked at. */
  key: string;
  /** Ports whose servers are for clients, and stay as they are. */
  openPorts?: readonly number[];
}

const REQUESTS = ['request', 'checkContinue', 'checkExpectation'] as const;

/**
 * For libraries that listen where anybody may come and check nobody: from now on each HTTP server of this process that
 * starts to listen is bound to the loopback interface and answers those alone who know the key. A page in a browser cannot
 * send the header, for nobody answers its preflight.
 *
 * @returns ends it for servers that come later
 */
export function gateServers({ key, openPorts = [] }: GateOptions): () => void {
  const listen = Server.prototype.listen;
  function listenBehindGate(this: Server, ...args: unknown[]): Server {
    const [where, ...rest] = args;
    const options = typeof where === 'object' && where !== null ? { ...where } : { port: Number(where) };
    if ('port' in options && openPorts.includes(Number(options.port))) return Reflect.apply(listen, this, args);
    guard(this, key);
    const callback = rest.findLast((argument) => typeof argument === 'function');
    return Reflect.apply(listen, this, [{ ...options, host: '127.0.0.1' }, ...(callback ? [callback] : [])]);
  }
  Server.prototype.listen = listenBehindGate;
  return () => {
    Server.prototype.listen = listen;
  };
}

function guard(server: Server, key: string): void {
  // Another protocol would pass by the header.
  server.removeAllListeners('upgrade');
  for (const name of REQUESTS) {
    const listeners = server.listeners(name) as RequestListener[];
    if (listeners.length === 0) continue;
    server.removeAllListeners(name);
    server.on(name, (request, response) => {
      const given = request.headers[GATE_HEADER];
      if (typeof given === 'string' && sameText(given, key)) {
        for (const listener of listeners) listener.call(server, request, response);
        return;
      }
      response.writeHead(403, { connection: 'close' }).end();
    });
  }
}
