import { httpHandlers } from '#shared/runtime/http.ts';

/** Every address without a route of its own: the same answer as for a thing that is not there. */
export const handler = httpHandlers({});
