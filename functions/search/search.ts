import { searchBody, searchByAddressRoute, searchRoute } from '#shared/api/search.ts';
import { httpHandler, httpHandlers } from '#shared/runtime/http.ts';
import { cachedSearchDeps } from '#shared/runtime/use-case-deps.ts';
import { cachedSearch } from '#shared/search/cached-search.ts';

const byBody = httpHandler(searchRoute, async ({ container, userId, body }) => ({
  status: 200,
  body: await cachedSearch(cachedSearchDeps(container), userId, body),
}));

const byAddress = httpHandler(searchByAddressRoute, async ({ container, userId, query }) => {
  const { q, ...rest } = query;
  return {
    status: 200,
    body: await cachedSearch(cachedSearchDeps(container), userId, searchBody.parse({ query: q, ...rest })),
  };
});

export const handler = httpHandlers({ POST: byBody, GET: byAddress });
