import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type CorsRules, handleCors } from '#localstack/http/cors.ts';
import type { StreamingHandler } from './awslambda.ts';
import { ResponseStream } from './response-stream.ts';

export interface FunctionUrlOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  functionName: string;
  timeoutSeconds: number;
  /** Origins whose pages may call from a browser. */
  allowedOrigins: readonly string[];
  loadHandler(): Promise<StreamingHandler>;
  onError(error: unknown): void;
}

/** A Lambda function URL takes 6 MB. */
const MAX_BODY_BYTES = 6 * 1024 * 1024;

/** Stands in for a Lambda function URL with response streaming. */
export async function startFunctionUrl(options: FunctionUrlOptions): Promise<{ port: number; stop(): Promise<void> }> {
  const cors: CorsRules = {
    origins: new Set(options.allowedOrigins),
    methods: ['GET', 'HEAD'],
    exposedHeaders: ['Content-Disposition', 'Content-Length', 'Content-Range', 'Accept-Ranges'],
  };
  const server = createServer((request, response) => {
    if (handleCors(request, response, cors)) return;
    call(request, response, options).catch((error: unknown) => {
      if (!request.destroyed || !response.destroyed) options.onError(error);
      if (response.headersSent) response.destroy();
      else {
        response.writeHead(502, { 'content-type': 'application/json' });
        response.end('{"message":"Internal Server Error"}');
      }
    });
  });
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
    },
  };
}

async function call(request: IncomingMessage, response: ServerResponse, options: FunctionUrlOptions): Promise<void> {
  const [event, handler] = await Promise.all([toEvent(request), options.loadHandler()]);
  const deadline = Date.now() + options.timeoutSeconds * 1000;
  const stream = new ResponseStream(response);
  const clientGone = new Promise<void>((resolve) => {
    stream.on('error', () => resolve());
    stream.once('close', () => resolve());
  });
  await handler(event, stream, {
    functionName: options.functionName,
    awsRequestId: event.requestContext.requestId,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  });
  if (!stream.writableEnded) stream.end();
  await clientGone;
}

/** The payload of format 2.0 that a function URL hands to its function. @throws when the body is too long */
async function toEvent(request: IncomingMessage): Promise<APIGatewayProxyEventV2> {
  const url = addressOf(request.url ?? '/');
  const body = await readBody(request);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(',') : value;
  }
  const query: Record<string, string> = {};
  for (const name of new Set(url.searchParams.keys())) query[name] = url.searchParams.getAll(name).join(',');
  const method = request.method ?? 'GET';
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers,
    ...(url.search === '' ? {} : { queryStringParameters: query }),
    requestContext: {
      accountId: 'anonymous',
      apiId: 'local',
      domainName: request.headers.host ?? 'localhost',
      domainPrefix: 'local',
      http: {
        method,
        path: url.pathname,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: new Date().toUTCString(),
      timeEpoch: Date.now(),
    },
    ...(body.length === 0 ? {} : { body: body.toString('base64') }),
    isBase64Encoded: body.length > 0,
  };
}

/** Of whatever was asked for: as a path, with an origin, or neither. */
function addressOf(target: string): URL {
  const path = target.replace(/^https?:\/\/[^/?]*/i, '');
  return new URL(`http://localhost${path.startsWith('/') ? '' : '/'}${path}`);
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error('the request is larger than a function URL allows');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
