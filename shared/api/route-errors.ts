import { ERROR_CODES, type ErrorCode } from '#shared/errors/codes.ts';
import type { RouteSpec } from './route.ts';

/** Every code the route can answer with, by status: its own, and those that follow from what it takes. */
export function errorCodesOf(route: RouteSpec): ErrorCode[] {
  const codes = new Set<ErrorCode>(route.errors);
  const add = (...more: ErrorCode[]) => {
    for (const code of more) codes.add(code);
  };
  if (route.body) add('MALFORMED_JSON');
  if (route.body || route.formFile) add('REQUEST_TOO_LARGE');
  // An id that cannot be one is a thing that is not there.
  if (route.params) add('NOT_FOUND');
  if (route.rate) add('RATE_LIMITED');
  if (route.auth !== 'none') add('INVALID_TOKEN');
  if ('permission' in route && !route.permission.startsWith('own:')) add('FORBIDDEN');
  // Two Authorization headers are refused everywhere.
  add('VALIDATION_ERROR', 'DEPENDENCY_UNAVAILABLE', 'INTERNAL_ERROR');
  return [...codes].toSorted((a, b) => ERROR_CODES[a].status - ERROR_CODES[b].status);
}
