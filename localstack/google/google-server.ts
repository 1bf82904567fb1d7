import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { routeDrive } from './drive/drive-routes.ts';
import { openDriveStore } from './drive/drive-store.ts';
import { type Answer, type GoogleState, jsonAnswer, toExchange } from './exchange.ts';
import { createFaults } from './faults.ts';
import { GoogleError } from './google-error.ts';
import { openGrants } from './oauth/grants.ts';
import { routeOAuth } from './oauth/oauth-routes.ts';
import { createTickets } from './oauth/tickets.ts';
import { createRequestLog } from './request-log.ts';
import { sampleDrive } from './sample-drive.ts';
import { routeStandin } from './standin-routes.ts';
import { whyTurnedAway } from './who-may-ask.ts';

export interface GoogleOptions {
  /** Where accounts, Drives and grants are kept. */
  dataDir: string;
  /** 0 takes a free one. */
  port: number;
  client: GoogleState['client'];
  onError(what: string, error: unknown): void;
}

export interface GoogleServer {
  url: string;
  port: number;
  stop(): Promise<void>;
}

/** Stands in for Google on this machine: OAuth 2.0 (consent page, token, revoke) and the reading half of Drive API v3. */
export async function startGoogle(options: GoogleOptions): Promise<GoogleServer> {
  mkdirSync(options.dataDir, { recursive: true });
  const drives = openDriveStore(join(options.dataDir, 'drives.sqlite'));
  const grants = openGrants(join(options.dataDir, 'grants.sqlite'));
  const state: GoogleState = {
    drives,
    grants,
    tickets: createTickets(),
    faults: createFaults(),
    requests: createRequestLog(),
    client: options.client,
    fillNew: (account) => {
      if (drives.addAccount(account)) drives.create(account, sampleDrive());
    },
  };
  const server = createServer((request, response) => {
    answer(state, request)
      .catch((error: unknown) =>
        translate(error, (cause) => options.onError(`${request.method} ${request.url}`, cause)),
      )
      .then((result) => send(response, result))
      .catch((error: unknown) => options.onError('sending an answer', error));
  });
  // Tokens and Drives of anybody who asks for them: for this machine alone.
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      drives.close();
      grants.close();
    },
  };
}

async function answer(state: GoogleState, request: IncomingMessage): Promise<Answer> {
  const exchange = toExchange(request);
  const found =
    whyTurnedAway(state, exchange) ??
    (await routeOAuth(state, exchange)) ??
    (await routeDrive(state, exchange)) ??
    (await routeStandin(state, exchange));
  if (!found) throw new GoogleError(404, 'notFound', `The stand-in has no ${exchange.method} ${exchange.path}`);
  return found;
}

function translate(error: unknown, report: (cause: unknown) => void): Answer {
  if (error instanceof GoogleError) return jsonAnswer(error.status, error.body());
  if (error instanceof SyntaxError || error instanceof URIError) {
    return jsonAnswer(400, new GoogleError(400, 'parseError', 'Parse Error').body());
  }
  report(error);
  return jsonAnswer(500, new GoogleError(500, 'internalError', 'Internal Error').body());
}

/** No page may hold the consent in a frame, and no form of it lead a person's browser to other scripts. */
const SAFE_HEADERS = {
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  // Not `no-referrer`: the consent's own form would come without its origin.
  'referrer-policy': 'same-origin',
};

async function send(response: ServerResponse, { status, headers, body }: Answer): Promise<void> {
  const bytes = Buffer.from(body ?? '');
  const announced = Number(headers?.['content-length'] ?? bytes.length);
  response.writeHead(status, { ...SAFE_HEADERS, ...headers, 'content-length': announced });
  if (announced === bytes.length) {
    response.end(bytes);
    return;
  }
  // Fewer bytes than announced: what was written goes out, then the connection breaks.
  response.write(bytes, () => response.destroy());
}
