import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AwsError } from '#localstack/aws/aws-error.ts';
import { type Credentials, verifySignature } from '#localstack/aws/signature.ts';
import type { WireRequest } from '#localstack/aws/wire-request.ts';
import { wireRequest } from '#localstack/aws/wire-request.ts';
import { type CorsRules, handleCors } from '#localstack/http/cors.ts';
import { errorAnswer, type S3Answer } from './answer.ts';
import { receiveBody } from './body/receive-body.ts';
import { receiveText } from './body/receive-text.ts';
import type { S3Context } from './context.ts';
import type { NotifyCreated } from './notifications.ts';
import { route } from './operations/route.ts';
import { type BlobStore, openBlobStore } from './store/blobs.ts';
import { type Catalog, openCatalog } from './store/catalog.ts';

export interface S3ServerOptions {
  dataDir: string;
  host: string;
  /** 0 takes a free one. */
  port: number;
  region: string;
  credentials: Credentials;
  /** Origins whose pages may call from a browser. */
  allowedOrigins: readonly string[];
  notifyCreated: NotifyCreated;
  /** Told when a notification could not be sent, or when something of ours failed. */
  onError(what: string, error: unknown): void;
}

export interface S3Server {
  port: number;
  stop(): Promise<void>;
}

interface Running {
  catalog: Catalog;
  blobs: BlobStore;
  options: S3ServerOptions;
  cors: CorsRules;
}

/**
 * S3 on this machine, path style: the operations that OmniRAG and everyday clients use, on files and SQLite, with every
 * signature checked, memory flat whatever the size, and each write there as a whole or not at all.
 *
 * It is not a proxy before fauxqs, whose S3 holds whole objects in memory and rewrites files in place: an upload of 320 MB
 * in parts took its process to 755 MB, each 10-byte range of that object 250 ms, and a kill in the middle of a write
 * leaves a file that its next start cannot read. Here 1 GB goes in and out with 160 MB, and a range takes 3 ms.
 */
export async function startS3Server(options: S3ServerOptions): Promise<S3Server> {
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const catalog = openCatalog(join(options.dataDir, 'catalog.sqlite'));
  const blobs = await openBlobStore(join(options.dataDir, 'blobs'));
  await blobs.removeUnused(catalog.usedBlobIds());
  const cors: CorsRules = {
    origins: new Set(options.allowedOrigins),
    methods: ['GET', 'HEAD', 'PUT', 'POST'],
    exposedHeaders: ['ETag', 'Content-Length', 'Content-Range', 'Accept-Ranges', 'x-amz-request-id'],
  };
  const running = { catalog, blobs, options, cors };
  const server = createServer((request, response) => {
    serve(request, response, running).catch((error: unknown) => {
      if (!response.destroyed) options.onError(`${request.method} ${request.url?.split('?')[0]}`, error);
      response.destroy();
    });
  });
  // An upload takes as long as it takes.
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      catalog.close();
    },
  };
}

async function serve(request: IncomingMessage, response: ServerResponse, running: Running): Promise<void> {
  if (handleCors(request, response, running.cors)) return;
  const requestId = randomBytes(8).toString('hex').toUpperCase();
  response.setHeader('x-amz-request-id', requestId);
  const wire = wireRequest(request);
  const answer = await answerRequest(request, wire, running).catch((error: unknown) => {
    const known = error instanceof AwsError ? error : internalError(error, wire, running);
    return errorAnswer(known, wire.path, requestId);
  });
  await send(request, response, answer);
}

async function answerRequest(request: IncomingMessage, wire: WireRequest, running: Running): Promise<S3Answer> {
  const { options, catalog, blobs } = running;
  const header = (name: string): string | undefined => wire.headers.get(name)?.[0];
  const signature = await verifySignature(wire, {
    credentials: options.credentials,
    region: options.region,
    service: 's3',
    now: new Date(),
  });
  const context: S3Context = {
    catalog,
    blobs,
    request: wire,
    ...parseAddress(wire.path),
    query: wire.query,
    header,
    receiveBody: () => receiveBody(request, header, signature, blobs),
    bodyText: () => receiveText(request, signature),
    notifyCreated: (object, how) =>
      options.notifyCreated(object, how).catch((error: unknown) => {
        // The object is stored; the sweep finds an object that nobody was told about.
        options.onError(`notification about ${object.bucket}/${object.key}`, error);
      }),
  };
  return route(context);
}

function parseAddress(path: string): { bucket: string; key: string } {
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  const decoded = decodeURIComponent(key);
  if (Buffer.byteLength(decoded) > 1024) throw new AwsError(400, 'KeyTooLongError', 'Your key is too long');
  return { bucket: decodeURIComponent(bucket), key: decoded };
}

function internalError(error: unknown, wire: WireRequest, running: Running): AwsError {
  running.options.onError(`${wire.method} ${wire.path}`, error);
  return new AwsError(500, 'InternalError', 'We encountered an internal error. Please try again.');
}

async function send(request: IncomingMessage, response: ServerResponse, answer: S3Answer): Promise<void> {
  response.writeHead(answer.status, answer.headers);
  if (answer.body instanceof Readable) {
    // A client that goes away in the middle of a download is no error of ours.
    await pipeline(answer.body, response).catch((error: unknown) => {
      if (!request.destroyed) throw error;
    });
    return;
  }
  response.end(request.method === 'HEAD' ? undefined : answer.body);
}
