import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { z } from 'zod';
import type { RouteSpec } from '#shared/api/route.ts';
import { ROUTES } from '#shared/api/routes.ts';
import type { SessionClaims } from '#shared/auth/access-tokens.ts';
import { countRequest } from '#shared/auth/request-rates.ts';
import type { RequestOrigin } from '#shared/domain/audit-events.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { authorize } from './authorize.ts';
import { clientAddress } from './client-address.ts';
import { compressResult } from './compress-result.ts';
import { type Container, getContainer } from './container.ts';
import { preflightHeaders } from './cors.ts';
import { type AnswerSettings, type HttpAnswer, toResult } from './http-result.ts';
import { problemAnswer } from './problem-answer.ts';
import { type FormFile, isForm, parseWith, readFormFile, readJson } from './request-body.ts';
import { newRequestIds, withRequestIds } from './request-id.ts';

export interface HttpRequest<P, Q, B> {
  container: Container;
  /** The signed-in person; empty on routes without a bearer token. */
  userId: string;
  /** The same person and the session they use. */
  session: SessionClaims;
  from: RequestOrigin;
  params: P;
  query: Q;
  body: B;
  /** The file of a multipart/form-data request; then there is no `body`. */
  formFile: FormFile | undefined;
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
  /** Each `name=value`. */
  cookies: readonly string[];
}

type Schema = z.ZodType;
type Output<T> = T extends Schema ? z.output<T> : undefined;
/** Lambda always gives a context. */
type HttpFunction = (
  event: APIGatewayProxyEventV2,
  context?: Pick<Context, 'getRemainingTimeInMillis'>,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** Time to put an answer on its way before the function is ended. */
const LAST_MOMENT_MS = 1_000;

/** Wraps one route: authorises, counts, validates by the route's schemas, calls `handle`, answers; every error becomes a problem. */
export function httpHandler<P extends Schema, Q extends Schema, B extends Schema>(
  route: RouteSpec<P, Q, B>,
  handle: (request: HttpRequest<Output<P>, Output<Q>, Output<B>>) => Promise<HttpAnswer>,
): HttpFunction {
  return answering(async (event, container, requestId) => {
    const session = await authorize(container, route, event.headers);
    const { headers, requestContext } = event;
    const trusted = container.config.TRUSTED_PROXIES;
    const address = clientAddress(requestContext.http.sourceIp, headers['x-forwarded-for'], trusted);
    const from = { address, requestId };
    if (route.rate) {
      const by = { userId: session.userId, address };
      await countRequest(container, route.rate, by);
    }
    const formFile = route.formFile && isForm(event) ? await readFormFile(event, route.formFile) : undefined;
    const request = {
      container,
      userId: session.userId,
      session,
      from,
      params: read(route.params, () => event.pathParameters ?? {}, 'NOT_FOUND'),
      query: read(route.query, () => event.queryStringParameters ?? {}),
      body: formFile ? undefined : read(route.body, () => readJson(event)),
      formFile,
      headers,
      cookies: cookiesOf(event),
    };
    // The schemas are the route's own, so what they put out is what `handle` takes.
    return handle(request as HttpRequest<Output<P>, Output<Q>, Output<B>>);
  });
}

/** API Gateway takes cookies out of the headers; serverless-offline leaves them there. */
function cookiesOf({ cookies, headers }: APIGatewayProxyEventV2): string[] {
  return cookies ?? (headers.cookie ?? '').split(';').filter((cookie) => cookie.trim() !== '');
}

/** One function that serves several routes, told apart by their method. */
export function httpHandlers(handlers: Partial<Record<RouteSpec['method'], HttpFunction>>): HttpFunction {
  return (event, context) => {
    const handler = Object.entries(handlers).find(([method]) => method === event.requestContext.http.method)?.[1];
    return (handler ?? handleUnrouted)(event, context);
  };
}

/** Every address without a route of its own: a browser's question before it calls from another origin, or nothing. */
export const handleUnrouted: HttpFunction = answering(async ({ rawPath, requestContext, headers }, { config }) => {
  const isPreflight = requestContext.http.method === 'OPTIONS' && headers['access-control-request-method'];
  if (!isPreflight) {
    const methods = methodsOf(rawPath);
    if (methods.length === 0) throw new AppError('NOT_FOUND');
    throw new AppError('METHOD_NOT_ALLOWED', { headers: { Allow: methods.join(', ') } });
  }
  return { status: 204, headers: preflightHeaders(config.CORS_ORIGINS, headers.origin) };
});

/** Of the routes at this address. */
function methodsOf(path: string): string[] {
  const matching = ROUTES.filter((route) => {
    const wanted = route.path.split('/');
    const given = path.split('/');
    return wanted.length === given.length && wanted.every((part, at) => part.startsWith('{') || part === given[at]);
  });
  // A route with a name wins over one with a parameter, as `/users/me` over `/users/{id}`.
  const exact = matching.filter((route) => route.path === path);
  return (exact.length > 0 ? exact : matching).map(({ method }) => method);
}

type Answering = (event: APIGatewayProxyEventV2, container: Container, requestId: string) => Promise<HttpAnswer>;

function answering(handle: Answering): HttpFunction {
  return (event, context) => {
    const ids = newRequestIds(event.headers);
    const { requestId } = ids;
    return withRequestIds(ids, async () => {
      let settings: AnswerSettings = {};
      try {
        const container = getContainer();
        settings = container.config;
        refuseTwoTokens(event.headers.authorization);
        const answer = await inTime(handle(event, container, requestId), context);
        const result = toResult(answer, event, settings, requestId);
        return await compressResult(result, event.headers['accept-encoding']);
      } catch (error) {
        return toResult(problemAnswer(error, requestId), event, settings, requestId);
      }
    });
  };
}

/** Repeated headers come as one, with commas; whoever stands before us may have looked at another one than we would. */
function refuseTwoTokens(authorization: string | undefined): void {
  if (!authorization?.includes(',')) return;
  throw new AppError('VALIDATION_ERROR', {
    detail: 'The request has more than one Authorization header. Send only one.',
    errors: [{ field: '', message: 'must have exactly one Authorization header' }],
  });
}

/**
 * What the work answers, unless Lambda is about to end it: then nobody would be told anything (API Gateway answers with a
 * bare 503, serverless-offline with 200 and a stack).
 */
async function inTime<T>(work: Promise<T>, context: Parameters<HttpFunction>[1]): Promise<T> {
  if (!context) return work;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const detail = 'The request took too long. It may already have been done: check before you try again.';
    const refuse = () => reject(new AppError('DEPENDENCY_UNAVAILABLE', { detail }));
    timer = setTimeout(refuse, Math.max(0, context.getRemainingTimeInMillis() - LAST_MOMENT_MS));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function read(schema: Schema | undefined, value: () => unknown, code?: 'NOT_FOUND'): unknown {
  return schema ? parseWith(schema, value(), code) : undefined;
}
