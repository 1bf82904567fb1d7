import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { corsHeaders } from './cors.ts';
import { securityHeaders } from './security-headers.ts';

export interface HttpAnswer {
  status: number;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, with its own content type. */
  text?: { contentType: string; content: string };
  /** As {@link text}, for bytes. */
  binary?: { contentType: string; bytes: Uint8Array };
  headers?: Record<string, string>;
}

/** What shapes the headers of every answer; empty while the settings cannot be read. */
export interface AnswerSettings {
  PUBLIC_URL?: string;
  CORS_ORIGINS?: readonly string[];
}

/** An answer in the form of API Gateway, with the headers that every answer has. */
export function toResult(
  answer: HttpAnswer,
  event: APIGatewayProxyEventV2,
  settings: AnswerSettings,
  requestId: string,
): APIGatewayProxyStructuredResultV2 {
  const headers: Record<string, string> = {
    ...securityHeaders(settings.PUBLIC_URL),
    ...corsHeaders(settings.CORS_ORIGINS ?? [], event.headers.origin),
    ...answer.headers,
    'X-Request-Id': requestId,
  };
  if (answer.text) {
    return {
      statusCode: answer.status,
      headers: { 'Content-Type': answer.text.contentType, ...headers },
      body: answer.text.content,
    };
  }
  if (answer.binary) {
    return {
      statusCode: answer.status,
      headers: { 'Content-Type': answer.binary.contentType, ...headers },
      body: Buffer.from(answer.binary.bytes).toString('base64'),
      isBase64Encoded: true,
    };
  }
  if (answer.body === undefined) return { statusCode: answer.status, headers, body: '' };
  return {
    statusCode: answer.status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(answer.body),
  };
}
