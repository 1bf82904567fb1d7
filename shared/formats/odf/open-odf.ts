import { AppError } from '#shared/errors/app-error.ts';
import { readXml, type XmlEvents } from '../xml/read-xml.ts';
import { openParts, type Parts } from '../zip/open-parts.ts';

const MB = 1024 * 1024;
/** The content is read as a stream; a sheet of a million rows has a few hundred megabytes. */
const LIMITS = { entries: 10_000, totalBytes: 1024 * MB, partBytes: 1024 * MB };
const MIME_PREFIX = 'application/vnd.oasis.opendocument.';

/** An open OpenDocument file. */
export interface OpenDocumentFile {
  parts: Parts;
  /** Streams a part, e.g. `content.xml`. @throws AppError XML_UNSAFE, DAMAGED_FILE, ARCHIVE_LIMIT */
  read(part: string, events: XmlEvents): Promise<void>;

  close(): void;
}

/**
 * @param kind as in the file's own type, e.g. `spreadsheet`
 * @throws AppError DAMAGED_FILE, ENCRYPTED_DOCUMENT, TYPE_MISMATCH, ARCHIVE_LIMIT
 */
export async function openOdf(path: string, kind: string): Promise<OpenDocumentFile> {
  const parts = await openParts(path, LIMITS);
  if (await isEncrypted(parts)) throw new AppError('ENCRYPTED_DOCUMENT');
  if (!parts.names.has('content.xml')) {
    throw new AppError('DAMAGED_FILE', { detail: 'The file is a ZIP archive, not an OpenDocument file.' });
  }
  const type = parts.names.has('mimetype') ? (await parts.bytes('mimetype')).toString('latin1', 0, 200).trim() : '';
  if (type.startsWith(MIME_PREFIX) && !type.startsWith(MIME_PREFIX + kind)) {
    throw new AppError('TYPE_MISMATCH', {
      detail: `By its name the file should be an OpenDocument ${kind}, but it contains ${type}.`,
    });
  }
  return {
    parts,
    read: (part, events) => readXml(part, parts.stream(part), events),
    close: () => parts.close(),
  };
}

/** The list of parts says how each is encrypted; old ones have a document type, so it is looked through, not parsed. */
async function isEncrypted(parts: Parts): Promise<boolean> {
  if (!parts.names.has('META-INF/manifest.xml')) return false;
  return (await parts.bytes('META-INF/manifest.xml')).includes('encryption-data');
}
