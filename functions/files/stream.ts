import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { AppError } from '#shared/errors/app-error.ts';
import type { OpenContent } from '#shared/files/answer-bytes.ts';
import { openContent } from '#shared/files/open-content.ts';
import { getContainer } from '#shared/runtime/container.ts';
import { problemAnswer } from '#shared/runtime/problem-answer.ts';
import { newRequestIds, withRequestIds } from '#shared/runtime/request-id.ts';
import { securityHeaders } from '#shared/runtime/security-headers.ts';
import { openExport } from '#shared/users/export/open-export.ts';

/** What an address is signed for. */
const METHODS = ['GET', 'HEAD'];

/** A Lambda function URL with response streaming: files of any length pass in flat memory. */
export const handler = awslambda.streamifyResponse<APIGatewayProxyEventV2>(async (event, responseStream) => {
  const ids = newRequestIds(event.headers);
  await withRequestIds(ids, () => answer(event, responseStream, ids.requestId));
});

async function answer(event: APIGatewayProxyEventV2, responseStream: Writable, requestId: string): Promise<void> {
  let always = { ...securityHeaders(undefined), 'X-Request-Id': requestId };
  let content: OpenContent;
  try {
    always = { ...always, ...securityHeaders(getContainer().addresses.streamUrl) };
    content = await open(event);
  } catch (error) {
    const problem = problemAnswer(error, requestId);
    const stream = awslambda.HttpResponseStream.from(responseStream, {
      statusCode: problem.status,
      headers: {
        ...always,
        'Content-Type': problem.text?.contentType ?? 'application/problem+json',
        ...problem.headers,
      },
    });
    stream.end(problem.text?.content ?? '');
    return;
  }
  const { status: statusCode, body } = content;
  const headers = { ...always, ...content.headers };
  const stream = awslambda.HttpResponseStream.from(responseStream, { statusCode, headers });
  if (event.requestContext.http.method === 'HEAD') {
    body.destroy();
    stream.end();
    return;
  }
  await send(body, stream);
}

/** @throws AppError METHOD_NOT_ALLOWED, NOT_FOUND for a path that no address of ours has, and what opening can throw */
async function open(event: APIGatewayProxyEventV2): Promise<OpenContent> {
  const { rawPath, queryStringParameters, headers, requestContext } = event;
  if (!METHODS.includes(requestContext.http.method)) {
    throw new AppError('METHOD_NOT_ALLOWED', { headers: { Allow: METHODS.join(', ') } });
  }
  const [, kind, id] = /^\/(content|exports)\/([^/]+)$/.exec(rawPath) ?? [];
  if (kind === undefined || id === undefined) throw new AppError('NOT_FOUND');
  const request = {
    id,
    token: queryStringParameters?.token ?? '',
    range: headers.range,
    ifRange: headers['if-range'],
  };
  return kind === 'exports' ? openExport(getContainer(), request) : openContent(getContainer(), request);
}

/**
 * Once the status is out, a failure can only break the connection: a clean end would pass for the whole file. That a
 * client goes away is no failure.
 */
async function send(body: Readable, stream: Writable): Promise<void> {
  let first: 'client' | 'source' | undefined = stream.destroyed ? 'client' : undefined;
  const note = (end: typeof first) => () => {
    first ??= end;
  };
  body.once('error', note('source'));
  body.once('close', () => {
    if (!body.readableEnded) first ??= 'source';
  });
  for (const event of ['error', 'close']) stream.once(event, note('client'));
  try {
    await pipeline(body, stream);
  } catch (error) {
    stream.destroy();
    if (first === 'client') return;
    getContainer().log.warn({ err: error }, 'a download was interrupted');
    throw error;
  }
}
