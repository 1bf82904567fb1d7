import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { type Entry, fromBuffer, type ZipFile } from 'yauzl';

/** The entries of a zip, by their paths. */
export async function readZip(bytes: Uint8Array): Promise<Map<string, Buffer>> {
  const open = promisify<Buffer, { lazyEntries: boolean }, ZipFile>(fromBuffer);
  const zip = await open(Buffer.from(bytes), { lazyEntries: true });
  const openEntry = promisify(zip.openReadStream.bind(zip)) as (entry: Entry) => Promise<NodeJS.ReadableStream>;
  const entries = new Map<string, Buffer>();
  const done = Promise.withResolvers<void>();
  zip.once('end', () => done.resolve());
  zip.once('error', done.reject);
  zip.on('entry', (entry: Entry) => {
    openEntry(entry)
      .then(async (stream) => {
        entries.set(entry.fileName, await buffer(stream));
        zip.readEntry();
      })
      .catch(done.reject);
  });
  zip.readEntry();
  await done.promise;
  return entries;
}
