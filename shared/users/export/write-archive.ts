import { type PassThrough, Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { viewUser } from '#shared/auth/sessions.ts';
import { asUser } from '#shared/db/as-user.ts';
import { listPersonTables } from '#shared/db/person-tables.ts';
import { storedFiles } from '#shared/db/stored-files-repository.ts';
import { findUser } from '#shared/db/users-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { type ArchiveDeps, addBytes, type Unreadable } from './add-bytes.ts';
import { Entries } from './entries.ts';
import { fileText } from './file-text.ts';
import { NOT_IN_ARCHIVES, rowsAsJson } from './personal-rows.ts';

const README = `Everything that this system stores about you.

profile.json   your account
files/         your files, named by their ids, unchanged
texts/         the text of each file, pages separated by form feeds
data/          everything else, one line of JSON per record: details of your files, uploads in progress,
               where and when you signed in, and the audit log of your account
unreadable.jsonl   files whose content could not be read, and why; only present if there are any

Not included: passwords and tokens, which are stored only as hashes, and the search index made from your texts.
`;

export interface Archive {
  stream: Readable;
  /** Files whose bytes could not be read; all of them once the stream has ended. */
  unreadable: readonly Unreadable[];
}

/**
 * Everything that is stored about a person, as a zip that is made while it is read: one entry after the other, so memory
 * does not grow with what is in it. A file that is damaged or missing is named in it, and does not keep the person from the
 * rest. The stream breaks with the error of whatever else could not be read.
 * @param isLast whether nobody tries again: what can't be reached now is named as well
 */
export function createArchive(deps: ArchiveDeps, userId: string, isLast: boolean): Archive {
  const zip = new ZipFile();
  // As it is: around it, an async iterator would wait, when it is to break off, for bytes that never come.
  const stream = zip.outputStream as PassThrough;
  const stop = (error: Error) => stream.destroy(error);
  zip.on('error', stop);
  // Whoever reads is told, now or when they begin.
  stream.on('error', () => undefined);
  const unreadable: Unreadable[] = [];
  addEntries(deps, userId, new Entries(zip, stream), { isLast, unreadable }).then(() => zip.end(), stop);
  return { stream, unreadable };
}

async function addEntries(
  deps: ArchiveDeps,
  userId: string,
  entries: Entries,
  { isLast, unreadable }: { isLast: boolean; unreadable: Unreadable[] },
): Promise<void> {
  const { db } = deps;
  const user = await asUser(db, userId, (trx) => findUser(trx, userId));
  if (!user) throw new AppError('NOT_FOUND');
  await entries.add('README.txt', Readable.from([README]));
  await entries.add('profile.json', Readable.from([JSON.stringify(viewUser(user), undefined, 2)]));
  for (const table of await listPersonTables(db)) {
    if (NOT_IN_ARCHIVES.has(table.name)) continue;
    await entries.add(`data/${table.name}.jsonl`, Readable.from(rowsAsJson(db, userId, table)));
  }
  for await (const file of storedFiles(db, userId)) {
    const lacking = await addBytes(deps, file, entries, isLast);
    if (lacking) unreadable.push(lacking);
    if (file.duplicate_of === null) await entries.add(`texts/${file.id}.txt`, Readable.from(fileText(db, file)));
  }
  if (unreadable.length === 0) return;
  const lines = unreadable.map((entry) => `${JSON.stringify(entry)}\n`);
  await entries.add('unreadable.jsonl', Readable.from(lines));
}
