import { pipeline } from 'node:stream/promises';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { openContent } from '#shared/files/open-content.ts';
import { getContainer } from '#shared/runtime/container.ts';
import { problemAnswer } from '#shared/runtime/problem-answer.ts';

/** A Lambda function URL with response streaming: files of any length pass in flat memory. */
export const handler = awslambda.streamifyResponse<APIGatewayProxyEventV2>(async (event, responseStream) => {
  try {
    const { db, storage, config } = getContainer();
    const content = await openContent(
      { db, storage, jwtSecret: config.JWT_SECRET },
      { token: event.queryStringParameters?.token ?? '', range: event.headers.range },
    );
    const { status: statusCode, headers, body } = content;
    await pipeline(body, awslambda.HttpResponseStream.from(responseStream, { statusCode, headers }));
  } catch (error) {
    const problem = problemAnswer(error, event.requestContext.requestId);
    const stream = awslambda.HttpResponseStream.from(responseStream, {
      statusCode: problem.status,
      headers: { 'Content-Type': problem.text?.contentType ?? 'application/problem+json', ...problem.headers },
    });
    stream.end(problem.text?.content ?? '');
  }
});
