import { getFileRoute } from '#shared/api/files.ts';
import { asUser } from '#shared/db/as-user.ts';
import { viewFile } from '#shared/files/file-view.ts';
import { findOwnFile } from '#shared/files/find-own-file.ts';
import { httpHandler } from '#shared/runtime/http.ts';

export const handler = httpHandler(getFileRoute, async ({ container, userId, params }) => ({
  status: 200,
  body: viewFile(await asUser(container.db, userId, (trx) => findOwnFile(trx, userId, params.id))),
}));
