import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { syncFolder } from './sync-folder.ts';

// length of the body (u32), crc-32 of the body (u32), body
const FRAME_BYTES = 8;
const MAX_BODY_BYTES = 1 << 30;
const READ_BYTES = 8 << 20;

interface Waiting {
  frame: Buffer;
  /** Runs when the record is on disk, in the order of the records. */
  apply: () => void;
  fail: (error: unknown) => void;
}

function frame(body: Buffer): Buffer {
  const head = Buffer.alloc(FRAME_BYTES);
  head.writeUInt32LE(body.length, 0);
  head.writeUInt32LE(crc32(body), 4);
  return Buffer.concat([head, body]);
}

/** Reads whole records; returns how many bytes of the file they take. A torn or damaged record ends the reading. */
async function readRecords(file: FileHandle, size: number, onRecord: (body: Buffer) => void): Promise<number> {
  let whole = 0;
  // Bytes of the file from `whole` on that are in memory; many small records are read at once.
  let ahead: Buffer = Buffer.alloc(0);
  const need = async (bytes: number): Promise<boolean> => {
    if (ahead.length >= bytes) return true;
    if (whole + bytes > size) return false;
    const wanted = Math.min(Math.max(bytes, READ_BYTES), size - whole);
    const chunk = Buffer.alloc(wanted);
    const { bytesRead } = await file.read(chunk, 0, wanted, whole);
    ahead = chunk.subarray(0, bytesRead);
    return bytesRead >= bytes;
  };
  while (await need(FRAME_BYTES)) {
    const length = ahead.readUInt32LE(0);
    const checksum = ahead.readUInt32LE(4);
    // A length of 0 is no record: after a power cut a file may end in zeros, whose checksum is 0 as well.
    if (length === 0 || length > MAX_BODY_BYTES || !(await need(FRAME_BYTES + length))) break;
    const body = ahead.subarray(FRAME_BYTES, FRAME_BYTES + length);
    if (crc32(body) !== checksum) break;
    onRecord(body);
    ahead = ahead.subarray(FRAME_BYTES + length);
    whole += FRAME_BYTES + length;
  }
  return whole;
}

async function writeAll(file: FileHandle, buffers: readonly Buffer[]): Promise<number> {
  const bytes = Buffer.concat(buffers);
  let written = 0;
  while (written < bytes.length) written += (await file.write(bytes, written)).bytesWritten;
  return written;
}

/**
 * An append-only file of checked records. A record is on disk (fsync) before its write returns; writes that come while a
 * sync is under way share the next one.
 */
export class Log {
  private readonly path: string;
  private file: FileHandle;
  private size: number;
  private queue: Waiting[] = [];
  private pump: Promise<void> | undefined;
  /** Set when the disk refused a write: what follows could not be trusted to be in order. */
  private broken: unknown;

  private constructor(path: string, file: FileHandle, size: number) {
    this.path = path;
    this.file = file;
    this.size = size;
  }

  /** Opens or makes the log, gives every whole record to `onRecord`, and cuts off a torn tail. */
  static async open(path: string, onRecord: (body: Buffer) => void): Promise<Log> {
    await rm(`${path}.new`, { force: true });
    const file = await open(path, 'a+');
    try {
      const { size } = await file.stat();
      const whole = await readRecords(file, size, onRecord);
      if (whole < size) {
        console.warn(`${path}: removed the last ${size - whole} bytes, an incomplete record`);
        await file.truncate(whole);
        await file.sync();
      }
      return new Log(path, file, whole);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  get bytes(): number {
    return this.size;
  }

  /** Appends one record; `apply` runs once it is on disk, before the promise is fulfilled with its result. */
  append<T>(body: Buffer, apply: () => T): Promise<T> {
    if (this.broken !== undefined) return Promise.reject(this.broken);
    return new Promise<T>((resolve, reject) => {
      this.queue.push({
        frame: frame(body),
        apply: () => {
          try {
            resolve(apply());
          } catch (error) {
            reject(error);
          }
        },
        fail: reject,
      });
      this.pump ??= this.writeQueue();
    });
  }

  private async writeQueue(): Promise<void> {
    while (this.queue.length > 0) {
      const batch = this.queue;
      this.queue = [];
      try {
        this.size += await writeAll(
          this.file,
          batch.map((waiting) => waiting.frame),
        );
        await this.file.datasync();
      } catch (error) {
        this.broken = error;
        for (const waiting of [...batch, ...this.queue]) waiting.fail(error);
        this.queue = [];
        break;
      }
      for (const waiting of batch) waiting.apply();
    }
    this.pump = undefined;
  }

  /**
   * Replaces the log by these records, atomically: a crash leaves either the old file or the new one. Writes wait
   * meanwhile, so that `records` may be read from the state as it is at the start.
   */
  async replace(records: () => Iterable<Buffer>): Promise<void> {
    while (this.pump !== undefined) await this.pump;
    if (this.broken !== undefined) throw this.broken;
    const rewriting = this.rewrite(records);
    const resume = (): void => {
      this.pump = this.queue.length > 0 ? this.writeQueue() : undefined;
    };
    this.pump = rewriting.then(resume, resume);
    await rewriting;
  }

  private async rewrite(records: () => Iterable<Buffer>): Promise<void> {
    const path = `${this.path}.new`;
    const file = await open(path, 'w');
    let size = 0;
    try {
      for (const body of records()) size += await writeAll(file, [frame(body)]);
      await file.sync();
      await rename(path, this.path);
      await syncFolder(dirname(this.path));
    } catch (error) {
      await file.close();
      await rm(path, { force: true });
      throw error;
    }
    const old = this.file;
    this.file = file;
    this.size = size;
    await old.close();
  }

  /** Waits for the writes under way. */
  async close(): Promise<void> {
    while (this.pump !== undefined) await this.pump;
    this.broken ??= new Error('The log is closed.');
    await this.file.close();
  }
}
