import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { type ReadStreamOptions, ZipFile } from 'yazl';
import { viewUser } from '#shared/auth/sessions.ts';
import { asPerson } from '#shared/db/as-person.ts';
import type { Db } from '#shared/db/database.ts';
import { listPersonTables } from '#shared/db/person-tables.ts';
import type { FileRow } from '#shared/db/schema.ts';
import { findUser } from '#shared/db/users-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { ContentStore } from '#shared/files/content-store.ts';
import { fileText } from './file-text.ts';
import { NOT_IN_ARCHIVES, rowsAsJson } from './personal-rows.ts';

const FILES_A_READ = 200;

const README = `Everything that this system stores about you.

profile.json   your account
files/         the files you gave it, by their ids, as they were
texts/         the text that was read out of each, pages parted by form feeds
data/          all else, a line of JSON for each record: the particulars of your files, uploads under way,
               where and when you signed in, and the log of what was done with your account

Passwords and tokens are stored as hashes alone; they and what is made from your texts for searching are left out.
`;

export interface ArchiveDeps {
  db: Db;
  content: ContentStore;
}

/**
 * Everything that is stored about a person, as a zip that is made while it is read: one entry after the other, so memory
 * does not grow with what is in it. The stream breaks with the error of whatever could not be read.
 */
export function createArchive(deps: ArchiveDeps, userId: string): Readable {
  const zip = new ZipFile();
  const output = Readable.from(zip.outputStream, { objectMode: false });
  const stop = (error: Error) => output.destroy(error);
  zip.on('error', stop);
  const entries = new Entries(zip, output);
  addEntries(deps, userId, entries).then(() => zip.end(), stop);
  return output;
}

/** Adds entries one at a time: the next source is opened when the one before was read to its end. */
class Entries {
  readonly #zip: ZipFile;
  readonly #output: Readable;

  constructor(zip: ZipFile, output: Readable) {
    this.#zip = zip;
    this.#output = output;
  }

  async add(path: string, source: Readable, options: Partial<ReadStreamOptions> = {}): Promise<void> {
    const leave = () => source.destroy();
    this.#output.once('close', leave);
    try {
      this.#zip.addReadStream(source, path, { mtime: new Date(), ...options });
      await finished(source, { writable: false });
    } finally {
      this.#output.off('close', leave);
    }
  }
}

async function addEntries({ db, content }: ArchiveDeps, userId: string, entries: Entries): Promise<void> {
  const user = await asPerson(db, userId, (trx) => findUser(trx, userId));
  if (!user) throw new AppError('NOT_FOUND');
  await entries.add('README.txt', Readable.from([README]));
  await entries.add('profile.json', Readable.from([JSON.stringify(viewUser(user), undefined, 2)]));
  for (const table of await listPersonTables(db)) {
    if (NOT_IN_ARCHIVES.has(table.name)) continue;
    await entries.add(`data/${table.name}.jsonl`, Readable.from(rowsAsJson(db, userId, table)));
  }
  for await (const file of storedFiles(db, userId)) {
    const bytes = file.content_key === null ? undefined : await content.read(file);
    // Their names may be alike; most are packed already, so the bytes are stored as they are.
    if (bytes) await entries.add(`files/${file.id}/${file.filename}`, bytes, { compress: false, size: file.size });
    if (file.duplicate_of === null) await entries.add(`texts/${file.id}.txt`, Readable.from(fileText(db, file)));
  }
}

async function* storedFiles(db: Db, userId: string): AsyncGenerator<FileRow> {
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const from = after;
    const files = await asPerson(db, userId, (trx) =>
      trx
        .selectFrom('files')
        .selectAll()
        .where('user_id', '=', userId)
        .where('deleted_at', 'is', null)
        .where('id', '>', from)
        .orderBy('id')
        .limit(FILES_A_READ)
        .execute(),
    );
    yield* files;
    const last = files.at(-1);
    if (!last || files.length < FILES_A_READ) return;
    after = last.id;
  }
}
