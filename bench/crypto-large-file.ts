import { randomBytes, randomUUID } from 'node:crypto';
import { createS3ObjectStorage } from '#shared/adapters/s3/s3-object-storage.ts';
import type { Keyring } from '#shared/crypto/keyring.ts';
import type { ObjectStorage } from '#shared/ports/object-storage.ts';
import { createContentStore } from '#shared/vault/content-store.ts';
import type { BenchResult } from './bench.ts';
import { startTemporarySystem } from './temporary-system.ts';

const KIB = 1024;
const MIB = 1024 ** 2;
const FILE_BYTES = 1024 * MIB;
const RANGE_BYTES = 1e6;
const RANGES = 20;
const TARGET_MEMORY_MB = 150;
const TARGET_SEGMENTS = 3;

/** A file of 1 GiB up into a bucket and down again, as the functions do it, and ranges of it. */
export async function measureLargeFile(keyring: Keyring): Promise<BenchResult> {
  const { system, stop } = await startTemporarySystem();
  try {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const) process.env[name] = system.env[name];
    const storage = createS3ObjectStorage({
      region: system.env.AWS_REGION ?? 'us-east-1',
      endpoint: system.env.S3_ENDPOINT,
      buckets: { storage: system.env.S3_BUCKET ?? '', incoming: system.env.S3_INCOMING_BUCKET ?? '' },
    });
    return await measure(storage, keyring);
  } finally {
    await stop();
  }
}

async function measure(storage: ObjectStorage, keyring: Keyring): Promise<BenchResult> {
  let reads = 0;
  const counting: ObjectStorage = {
    ...storage,
    read(bucket, key, options) {
      if (options?.range) reads += 1;
      return storage.read(bucket, key, options);
    },
  };
  const content = createContentStore(counting, keyring);
  const id = randomUUID();
  const key = `files/bench/${id}/1-${randomUUID()}`;
  const file = { id, user_id: randomUUID(), size: FILE_BYTES, content_generation: 1, content_key: key };
  const piece = randomBytes(MIB);
  // What the first connections and compilations take is there whatever the size.
  await content.write({ ...file, id: randomUUID() }, 1, `${key}-warm-up`, pieces(piece, 32 * MIB));
  const memory = watchMemory();
  const upStarted = performance.now();
  await content.write(file, 1, key, pieces(piece, FILE_BYTES));
  const upSeconds = (performance.now() - upStarted) / 1_000;
  const downStarted = performance.now();
  let received = 0;
  for await (const part of (await content.read(file)) ?? []) received += part.length;
  const downSeconds = (performance.now() - downStarted) / 1_000;
  const extraMb = memory.stop();
  if (received !== FILE_BYTES) throw new Error(`${received} bytes came down.`);

  let most = 0;
  for (let range = 0; range < RANGES; range += 1) {
    reads = 0;
    const start = Math.floor(((FILE_BYTES - RANGE_BYTES) * range) / (RANGES - 1));
    const body = await content.readRange(file, { start, end: start + RANGE_BYTES - 1 });
    let got = 0;
    for await (const part of body ?? []) got += part.length;
    if (got !== RANGE_BYTES) throw new Error(`${got} bytes of a range came.`);
    most = Math.max(most, reads);
  }
  return {
    rows: [
      { name: 'a file of 1 GiB up into the bucket', value: Math.round(FILE_BYTES / 1e6 / upSeconds), unit: 'MB/s' },
      { name: 'and down', value: Math.round(FILE_BYTES / 1e6 / downSeconds), unit: 'MB/s' },
      { name: 'extra memory for both', value: extraMb, unit: 'MB' },
      { name: 'requests for 1 MB of it, at most', value: most, unit: '' },
    ],
    notes: [
      `Extra memory: the target is less than ${TARGET_MEMORY_MB} MB: ${extraMb < TARGET_MEMORY_MB ? 'met' : 'MISSED'}.`,
      `Of the requests one is for the header, one for the last segment, one for at most ${TARGET_SEGMENTS - 1} others.`,
    ],
  };
}

/** The most resident memory from here on, over what is resident now. */
function watchMemory(): { stop(): number } {
  const before = process.memoryUsage.rss();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 10);
  return {
    stop() {
      clearInterval(timer);
      return Math.round((Math.max(most, process.memoryUsage.rss()) - before) / 1e6);
    },
  };
}

async function* pieces(piece: Buffer, total: number): AsyncGenerator<Buffer> {
  // In pieces of a socket's size, as uploads come.
  for (let given = 0; given < total; given += piece.length) {
    for (let at = 0; at < piece.length; at += 64 * KIB) yield piece.subarray(at, at + 64 * KIB);
  }
}
