import { type Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { AwsError } from '#localstack/aws/aws-error.ts';
import { GATE_HEADER } from '#localstack/http/gate.ts';

/** SQS allows 1 MiB a message and a batch; the rest is JSON around it. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;

/** fauxqs, on its hidden port. */
export interface InnerServer {
  port: number;
  gateKey: string;
  agent: Agent;
}

/** Calls fauxqs; when `client` goes away first, so does the call. */
export function callInner(
  inner: InnerServer,
  authorization: string,
  action: string,
  body: string | Buffer,
  client?: ServerResponse,
): Promise<{ status: number; headers: Record<string, string>; body: string }> {
  return new Promise((resolve, reject) => {
    const call = httpRequest(
      {
        host: '127.0.0.1',
        port: inner.port,
        agent: inner.agent,
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'content-length': Buffer.byteLength(body),
          'x-amz-target': `AmazonSQS.${action}`,
          authorization,
          [GATE_HEADER]: inner.gateKey,
        },
      },
      (answered) => {
        const queryError = answered.headers['x-amzn-query-error'];
        const headers = typeof queryError === 'string' ? { 'x-amzn-query-error': queryError } : {};
        readBody(answered).then((bytes) => {
          resolve({ status: answered.statusCode ?? 500, headers: { ...headers }, body: bytes.toString('utf8') });
        }, reject);
      },
    );
    call.on('error', reject);
    client?.on('close', () => call.destroy());
    call.end(body);
  });
}

/** @throws AwsError RequestEntityTooLarge */
export async function readBody(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new AwsError(413, 'RequestEntityTooLarge', 'The request is too large for SQS.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
