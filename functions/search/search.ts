import { searchBody, searchByAddressRoute, searchRoute } from '#shared/api/search.ts';
import { httpHandler, httpHandlers } from '#shared/runtime/http.ts';
import { cachedSearch } from '#shared/search/cached-search.ts';

export const handler = httpHandlers({
  POST: httpHandler(searchRoute, async ({ container, userId, body }) => ({
    status: 200,
    body: await cachedSearch(container, userId, body),
  })),
  GET: httpHandler(searchByAddressRoute, async ({ container, userId, query: { q, ...rest } }) => ({
    status: 200,
    body: await cachedSearch(container, userId, searchBody.parse({ query: q, ...rest })),
  })),
});
