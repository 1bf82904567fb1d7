import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { OpenContent } from '#shared/files/answer-bytes.ts';
import { openContent } from '#shared/files/open-content.ts';
import { getContainer } from '#shared/runtime/container.ts';
import { createLogger } from '#shared/runtime/logger.ts';
import { problemAnswer } from '#shared/runtime/problem-answer.ts';
import { securityHeaders } from '#shared/runtime/security-headers.ts';
import { openExport } from '#shared/users/export/open-export.ts';

/** A Lambda function URL with response streaming: files of any length pass in flat memory. */
export const handler = awslambda.streamifyResponse<APIGatewayProxyEventV2>(async (event, responseStream) => {
  const { requestId } = event.requestContext;
  let always = securityHeaders(undefined);
  let content: OpenContent;
  try {
    always = securityHeaders(getContainer().config.STREAM_URL);
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
  await send(body, awslambda.HttpResponseStream.from(responseStream, { statusCode, headers }), requestId);
});

function open({ rawPath, queryStringParameters, headers }: APIGatewayProxyEventV2): Promise<OpenContent> {
  const { db, content, tokenKeys } = getContainer();
  const request = {
    token: queryStringParameters?.token ?? '',
    range: headers.range,
    ifRange: headers['if-range'],
  };
  return rawPath.startsWith('/exports/')
    ? openExport({ db, content, tokenKeys }, request)
    : openContent({ db, content, tokenKeys }, request);
}

/**
 * Once the status is out, a failure can only break the connection: a clean end would pass for the whole file. That a
 * client goes away is no failure.
 */
async function send(body: Readable, stream: Writable, requestId: string): Promise<void> {
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
    createLogger('info').warn({ err: error, requestId }, 'a download broke off');
    throw error;
  }
}
