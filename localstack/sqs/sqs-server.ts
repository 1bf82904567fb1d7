import { randomBytes } from 'node:crypto';
import { Agent, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startFauxqs } from 'fauxqs';
import { AwsError } from '#localstack/aws/aws-error.ts';
import { type Credentials, sha256Hex, verifySignature } from '#localstack/aws/signature.ts';
import { wireRequest } from '#localstack/aws/wire-request.ts';
import { gateServers } from '#localstack/http/gate.ts';
import { avoidZeroTimeout, renewQueueUrls } from './fauxqs-faults.ts';
import { releaseInFlightMessages } from './in-flight.ts';
import { callInner, type InnerServer, readBody } from './inner-call.ts';

export interface SqsServerOptions {
  dataDir: string;
  /** 0 takes a free one. */
  port: number;
  region: string;
  credentials: Credentials;
}

export interface SqsServer {
  port: number;
  stop(): Promise<void>;
}

/**
 * SQS on this machine: fauxqs, which keeps the messages in `dataDir`, behind a front that checks signatures. Messages
 * that were being handled when the last run ended are visible again at once.
 */
export async function startSqsServer(options: SqsServerOptions): Promise<SqsServer> {
  const gateKey = randomBytes(24).toString('hex');
  // fauxqs listens on every interface of the machine and checks no signature.
  const openGate = gateServers({ key: gateKey });
  const start = startFauxqs({ port: 0, logger: false, dataDir: options.dataDir, defaultRegion: options.region });
  const fauxqs = await start.finally(openGate);
  const agent = new Agent({ keepAlive: true });
  const inner = { port: fauxqs.port, gateKey, agent };
  await releaseInFlightMessages(fauxqs, inner);

  const front = createServer((request, response) => {
    answer(request, response, options, inner).catch((error: unknown) => answerError(response, error));
  });
  await new Promise<void>((resolve, reject) => {
    front.once('error', reject);
    front.listen(options.port, '127.0.0.1', resolve);
  });
  return {
    port: (front.address() as AddressInfo).port,
    async stop() {
      front.closeAllConnections();
      await new Promise((resolve) => front.close(resolve));
      await fauxqs.stop();
      agent.destroy();
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: SqsServerOptions,
  inner: InnerServer,
): Promise<void> {
  const body = await readBody(request);
  if (request.method !== 'POST' || request.headers['content-type'] !== 'application/x-amz-json-1.0') {
    throw new AwsError(400, 'InvalidAction', 'Only the JSON protocol of SQS is supported.');
  }
  await verifySignature(wireRequest(request), {
    credentials: options.credentials,
    region: options.region,
    service: 'sqs',
    now: new Date(),
    bodyHash: sha256Hex(body),
  });
  const action = String(request.headers['x-amz-target'] ?? '').replace('AmazonSQS.', '');
  const inside = await callInner(
    inner,
    request.headers.authorization ?? '',
    action,
    avoidZeroTimeout(action, body),
    response,
  );
  const text = renewQueueUrls(action, inside.body, request.headers.host ?? 'localhost');
  response.writeHead(inside.status, { 'content-type': 'application/x-amz-json-1.0', ...inside.headers });
  response.end(text);
}

function answerError(response: ServerResponse, error: unknown): void {
  if (response.destroyed || response.headersSent) return;
  const known = error instanceof AwsError ? error : new AwsError(500, 'InternalFailure', String(error));
  response.writeHead(known.status, { 'content-type': 'application/x-amz-json-1.0', connection: 'close' });
  response.end(JSON.stringify({ __type: `com.amazonaws.sqs#${known.code}`, message: known.message }));
}
