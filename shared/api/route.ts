import type { z } from 'zod';
import type { Permission } from '#shared/domain/permissions.ts';
import type { ErrorCode } from '#shared/errors/codes.ts';

/** What requests are counted as, where their number is limited. */
export type RequestRate = 'searches' | 'uploads' | 'registrations';
export type HttpMethod = 'GET' | 'POST' | 'PATCH' | 'DELETE';

export interface ResponseSpec {
  description: string;
  /** JSON body; left out for an empty or non-JSON one. */
  schema?: z.ZodType;
  /** Of a body that is no JSON, or is so only for those who ask for JSON. */
  contentType?: string | readonly string[];
  /** What each header is that belongs to this answer. */
  headers?: Record<string, string>;
}

/**
 * One route, described once: validation, types and the OpenAPI document all come from it.
 * Path parameters are written `{id}`, as API Gateway does.
 */
export type RouteSpec<
  P extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
> = RouteAccess & RouteDescription<P, Q, B>;

/**
 * `bearer`: an access token of somebody who has the permission. `optional`: the same, or none, and then there is less to
 * see. `webhook`: the storage webhook's token.
 */
type RouteAccess = { auth: 'bearer' | 'optional'; permission: Permission } | { auth: 'webhook' | 'none' };

interface RouteDescription<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> {
  method: HttpMethod;
  path: string;
  summary: string;
  tag: 'accounts' | 'files' | 'search' | 'drive' | 'system';
  /** What requests to it count as, where their number is limited. */
  rate?: RequestRate;
  params?: P;
  query?: Q;
  body?: B;
  /** The route also takes a multipart/form-data body with one file in this field. */
  formFile?: string;
  headers?: Record<string, string>;
  /** People come here by a browser, to which errors are pages, too. */
  errorPage?: boolean;
  responses: Record<number, ResponseSpec>;
  errors: readonly ErrorCode[];
}

/** Keeps the exact types of a route's schemas. */
export function defineRoute<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
  spec: RouteSpec<P, Q, B>,
): RouteSpec<P, Q, B> {
  return spec;
}
