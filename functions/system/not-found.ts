import { handleUnrouted } from '#shared/runtime/http.ts';

/** Every address without a route of its own, and the preflights of browsers, which no route answers. */
export const handler = handleUnrouted;
