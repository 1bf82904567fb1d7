import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { z } from 'zod';
import type { RouteSpec } from '#shared/api/route.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { authorize } from './authorize.ts';
import { type Container, getContainer } from './container.ts';
import { type FormFile, readFormFile } from './form-file.ts';
import { problemAnswer } from './problem-answer.ts';
import { parseWith } from './validation.ts';

export interface HttpRequest<P, Q, B> {
  container: Container;
  /** The signed-in person; empty on routes without a bearer token. */
  userId: string;
  params: P;
  query: Q;
  body: B;
  /** The file of a multipart/form-data request; then there is no `body`. */
  formFile: FormFile | undefined;
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
}

export interface HttpAnswer {
  status: number;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, with its own content type. */
  text?: { contentType: string; content: string };
  headers?: Record<string, string>;
}

type Schema = z.ZodType;
type Output<T> = T extends Schema ? z.output<T> : undefined;
type HttpFunction = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

const SECURITY_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};

/** Wraps one route: authorises, validates by the route's schemas, calls `handle`, answers; every error becomes a problem. */
export function httpHandler<P extends Schema, Q extends Schema, B extends Schema>(
  route: RouteSpec<P, Q, B>,
  handle: (request: HttpRequest<Output<P>, Output<Q>, Output<B>>) => Promise<HttpAnswer>,
): HttpFunction {
  return async (event) => {
    const requestId = event.requestContext.requestId;
    try {
      const container = getContainer();
      const userId = await authorize(container, route.auth, event.headers);
      const formFile = route.formFile && isForm(event) ? await readFormFile(event, route.formFile) : undefined;
      const request = {
        container,
        userId,
        params: read(route.params, () => event.pathParameters ?? {}, 'NOT_FOUND'),
        query: read(route.query, () => event.queryStringParameters ?? {}),
        body: formFile ? undefined : read(route.body, () => readJson(event)),
        formFile,
        headers: event.headers,
      };
      // The schemas are the route's own, so what they put out is what `handle` takes.
      return toResult(await handle(request as HttpRequest<Output<P>, Output<Q>, Output<B>>));
    } catch (error) {
      return toResult(problemAnswer(error, requestId));
    }
  };
}

/** One function that serves several routes, told apart by their method. */
export function httpHandlers(handlers: Partial<Record<RouteSpec['method'], HttpFunction>>): HttpFunction {
  return async (event) => {
    const handler = Object.entries(handlers).find(([method]) => method === event.requestContext.http.method)?.[1];
    return handler
      ? handler(event)
      : toResult(problemAnswer(new AppError('NOT_FOUND'), event.requestContext.requestId));
  };
}

function read(schema: Schema | undefined, value: () => unknown, code?: 'NOT_FOUND'): unknown {
  return schema ? parseWith(schema, value(), code) : undefined;
}

function isForm(event: APIGatewayProxyEventV2): boolean {
  return /^multipart\/form-data\b/i.test(event.headers['content-type'] ?? '');
}

/** @throws AppError MALFORMED_JSON */
function readJson(event: APIGatewayProxyEventV2): unknown {
  const raw = event.body ?? '';
  const text = event.isBase64Encoded ? Buffer.from(raw, 'base64').toString('utf8') : raw;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('MALFORMED_JSON', { cause });
  }
}

function toResult(answer: HttpAnswer): APIGatewayProxyStructuredResultV2 {
  const headers: Record<string, string> = { ...SECURITY_HEADERS, ...answer.headers };
  if (answer.text) {
    return {
      statusCode: answer.status,
      headers: { 'Content-Type': answer.text.contentType, ...headers },
      body: answer.text.content,
    };
  }
  if (answer.body === undefined) return { statusCode: answer.status, headers, body: '' };
  return {
    statusCode: answer.status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(answer.body),
  };
}
