import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { ReadStreamOptions, ZipFile } from 'yazl';

/** Adds entries one at a time: the next source is opened when the one before was read to its end. */
export class Entries {
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
