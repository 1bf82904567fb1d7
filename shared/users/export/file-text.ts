import { asUser } from '#shared/db/as-user.ts';
import type { Db } from '#shared/db/database.ts';
import { listPages } from '#shared/db/pages-repository.ts';
import type { FileRow } from '#shared/db/schema.ts';

const PAGES_A_READ = 50;

/** The text that was read out of a file, its pages parted by form feeds. */
export async function* fileText(
  db: Db,
  file: Pick<FileRow, 'id' | 'user_id' | 'generation' | 'live_generation'>,
): AsyncGenerator<string> {
  const owner = { userId: file.user_id, fileId: file.id, generation: file.live_generation ?? file.generation };
  let afterNumber = 0;
  for (;;) {
    const pages = await asUser(db, file.user_id, (trx) => listPages(trx, owner, { afterNumber, limit: PAGES_A_READ }));
    for (const page of pages) {
      yield afterNumber === 0 ? page.text : `\f${page.text}`;
      afterNumber = page.number;
    }
    if (pages.length < PAGES_A_READ) return;
  }
}
