import type { Entry } from 'yauzl';
import { AppError } from '#shared/errors/app-error.ts';
import { childPath, uniquePath } from '#shared/formats/archive/child-path.ts';
import { countUnpacked } from '#shared/formats/archive/count-unpacked.ts';
import { type Archive, openArchive, tooMany } from '#shared/formats/archive/open-archive.ts';
import { writeEntry } from '#shared/formats/archive/write-entry.ts';
import type { ChildFile, Unpacking } from '#shared/formats/child-file.ts';
import type { Format, OpenDocument } from '#shared/formats/format.ts';

/** ZIP archives: no text of their own, each file in them is a file of its own. */
export const zip: Format = {
  id: 'zip',
  contentTypes: ['application/zip', 'application/x-zip-compressed'],
  extensions: ['zip'],
  family: 'zip',
  paged: false,
  holdsFiles: true,
  open: openZip,
};

async function openZip(path: string): Promise<OpenDocument> {
  const archive = await openArchive(path);
  const { files, warnings } = archive;
  const open = files.filter((entry) => !entry.isEncrypted());
  if (open.length === 0 && files.length > 0) throw new AppError('ENCRYPTED_DOCUMENT');
  const locked = files.length - open.length;
  if (locked === 1) warnings.push('1 password-protected file was skipped.');
  else if (locked > 1) warnings.push(`${locked} password-protected files were skipped.`);
  return {
    pageCount: 0,
    warnings,
    page: (number) => Promise.reject(new RangeError(`Page ${number} of an archive was requested.`)),
    children: (unpacking) => listChildren(archive, open, unpacking),
    close: async () => archive.archive.close(),
  };
}

async function listChildren(archive: Archive, entries: readonly Entry[], unpacking: Unpacking): Promise<ChildFile[]> {
  if (entries.length > unpacking.files) throw tooMany(entries.length, unpacking.files);
  await countUnpacked(archive, entries, unpacking);
  const taken = new Set<string>();
  return entries.map((entry) => ({
    path: uniquePath(childPath(archive.names.get(entry) ?? ''), taken),
    write: (to) => writeEntry(archive.archive, entry, to, unpacking.fileBytes),
  }));
}
