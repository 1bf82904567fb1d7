import { searchByPictureRoute } from '#shared/api/search.ts';
import { httpHandler } from '#shared/runtime/http.ts';
import { searchByPicture } from '#shared/search/search-by-picture.ts';

export const handler = httpHandler(searchByPictureRoute, async ({ container, userId, query, formFile }) => ({
  status: 200,
  body: await searchByPicture(container, userId, formFile?.bytes, query),
}));
