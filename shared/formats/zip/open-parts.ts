import { type Entry, fromBufferPromise, openPromise, type ZipFile } from 'yauzl';
import { AppError } from '#shared/errors/app-error.ts';

export interface ZipLimits {
  entries: number;
  /** Inflated bytes of all parts that are read, each counted once. */
  totalBytes: number;
  /** Inflated bytes of one part. */
  partBytes: number;
}

/** An open ZIP container; every byte that comes out of it is counted before anything else sees it. */
export interface Parts {
  names: ReadonlySet<string>;
  /** What has come out of it so far. */
  readonly unpackedBytes: number;
  /**
   * The inflated bytes of a part, piece by piece.
   * @param partBytes in place of the archive's own limit, for parts that are read without being kept
   * @throws AppError ARCHIVE_LIMIT, DAMAGED_FILE, ENCRYPTED_DOCUMENT
   */
  stream(name: string, partBytes?: number): AsyncGenerator<Buffer, void, undefined>;
  /** A whole part. @throws AppError as {@link Parts.stream} */
  bytes(name: string): Promise<Buffer>;
  close(): void;
}

/**
 * Opens a ZIP container for reading its parts by name. Declared sizes are not believed.
 * @param source path of the file, or its bytes
 * @throws AppError ARCHIVE_LIMIT, DAMAGED_FILE
 */
export async function openParts(source: string | Buffer, limits: ZipLimits): Promise<Parts> {
  const options = { lazyEntries: true, validateEntrySizes: true, autoClose: false };
  const zip = await (typeof source === 'string'
    ? openPromise(source, options)
    : fromBufferPromise(source, options)
  ).catch(rethrow);
  const entries = await listEntries(zip, limits).catch((error: unknown) => {
    zip.close();
    return rethrow(error);
  });
  // By part, so that what is read twice counts once.
  const counted = new Map<string, number>();
  let total = 0;

  async function* stream(name: string, partBytes = limits.partBytes): AsyncGenerator<Buffer, void, undefined> {
    const entry = entries.get(name);
    if (!entry) throw new AppError('DAMAGED_FILE', { detail: `The file is damaged: its part ${name} is missing.` });
    if (entry.isEncrypted()) throw new AppError('ENCRYPTED_DOCUMENT');
    let size = 0;
    try {
      for await (const piece of await zip.openReadStreamPromise(entry)) {
        const data = piece as Buffer;
        size += data.length;
        const before = counted.get(name) ?? 0;
        if (size > before) {
          counted.set(name, size);
          total += size - before;
        }
        if (size > partBytes) throw tooMuch('A part of the file', partBytes);
        if (total > limits.totalBytes) throw tooMuch('The file', limits.totalBytes);
        yield data;
      }
    } catch (error) {
      rethrow(error);
    }
  }

  return {
    names: new Set(entries.keys()),
    get unpackedBytes() {
      return total;
    },
    stream,
    async bytes(name) {
      const pieces: Buffer[] = [];
      for await (const piece of stream(name)) pieces.push(piece);
      return Buffer.concat(pieces);
    },
    close: () => zip.close(),
  };
}

async function listEntries(zip: ZipFile, limits: ZipLimits): Promise<Map<string, Entry>> {
  if (zip.entryCount > limits.entries) {
    throw new AppError('ARCHIVE_LIMIT', {
      detail: `The file contains ${zip.entryCount} parts; at most ${limits.entries} are allowed.`,
    });
  }
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) {
    if (entries.has(entry.fileName)) throw new Error(`two parts have the name ${entry.fileName}`);
    entries.set(entry.fileName, entry);
  }
  return entries;
}

function tooMuch(what: string, bytes: number): AppError {
  return new AppError('ARCHIVE_LIMIT', { detail: `${what} is larger than ${bytes / 1024 / 1024} MB when unpacked.` });
}

function rethrow(error: unknown): never {
  if (error instanceof AppError) throw error;
  const reason = error instanceof Error ? error.message : String(error);
  throw new AppError('DAMAGED_FILE', {
    detail: `The file is damaged and could not be unpacked (${reason})`,
    cause: error,
  });
}
