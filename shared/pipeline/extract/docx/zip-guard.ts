import { fromBufferPromise, type ZipFile } from 'yauzl';
import { AppError } from '#shared/errors/app-error.ts';

export interface ZipLimits {
  entries: number;
  /** Inflated bytes of all entries. */
  totalBytes: number;
  /** Inflated bytes of one XML entry, whose tree takes some forty times as much memory. */
  xmlBytes: number;
}

/** A document type brings entities, which can be made to grow without end and to name files; Office writes none. */
const DOCTYPE = /<!\s*(?:DOCTYPE|ENTITY)/i;
const XML_NAME = /\.(?:xml|rels)$/i;
/** Long enough for a doctype that two pieces of the stream share. */
const OVERLAP_CHARS = 32;

/**
 * Inflates every entry and counts what really comes out, before a library that would keep it all sees the archive.
 * @returns the names of the entries
 * @throws AppError ARCHIVE_LIMIT, DAMAGED_FILE
 */
export async function guardZip(bytes: Buffer, limits: ZipLimits): Promise<Set<string>> {
  const names = new Set<string>();
  try {
    const zip = await fromBufferPromise(bytes, { lazyEntries: true, validateEntrySizes: true });
    if (zip.entryCount > limits.entries) {
      throw new AppError('ARCHIVE_LIMIT', {
        detail: `The file holds ${zip.entryCount} parts, more than ${limits.entries}.`,
      });
    }
    await inflateAll(zip, limits, names);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('DAMAGED_FILE', {
      detail: `The file is damaged and could not be unpacked (${reason})`,
      cause: error,
    });
  }
  return names;
}

async function inflateAll(zip: ZipFile, limits: ZipLimits, names: Set<string>): Promise<void> {
  let total = 0;
  for await (const entry of zip.eachEntry()) {
    if (names.has(entry.fileName)) throw new Error(`two parts are named ${entry.fileName}`);
    names.add(entry.fileName);
    if (entry.isEncrypted()) throw new AppError('ENCRYPTED_DOCUMENT');
    const isXml = XML_NAME.test(entry.fileName);
    let size = 0;
    let tail = '';
    for await (const piece of await zip.openReadStreamPromise(entry)) {
      const data = piece as Buffer;
      size += data.length;
      total += data.length;
      if (total > limits.totalBytes || (isXml && size > limits.xmlBytes))
        throw tooMuch(isXml && size > limits.xmlBytes, limits);
      if (!isXml) continue;
      const text = tail + data.toString('latin1');
      if (DOCTYPE.test(text)) throw new Error('it declares a document type, which Office documents never do');
      tail = text.slice(-OVERLAP_CHARS);
    }
  }
}

function tooMuch(isXml: boolean, limits: ZipLimits): AppError {
  const megabytes = (isXml ? limits.xmlBytes : limits.totalBytes) / 1024 / 1024;
  return new AppError('ARCHIVE_LIMIT', {
    detail: `${isXml ? 'A part of the file' : 'The file'} unpacks to more than ${megabytes} MB.`,
  });
}
