import { searchByPictureRoute } from '#shared/api/search.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { httpHandler } from '#shared/runtime/http.ts';
import { pictureSearchDeps } from '#shared/runtime/use-case-deps.ts';
import { searchByPicture } from '#shared/search/search-by-picture.ts';

export const handler = httpHandler(searchByPictureRoute, async ({ container, userId, query, formFile }) => {
  if (!formFile) {
    throw new AppError('VALIDATION_ERROR', {
      errors: [{ field: 'file', message: 'must be a picture, sent as multipart/form-data' }],
    });
  }
  return { status: 200, body: await searchByPicture(pictureSearchDeps(container), userId, formFile.bytes, query) };
});
