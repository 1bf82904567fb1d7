import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { decryptStream, encryptStream } from '#shared/crypto/file-cipher.ts';
import { SEGMENT_BYTES } from '#shared/crypto/file-format.ts';
import type { FileContext } from '#shared/crypto/file-key.ts';
import { encryptedSize, planRange } from '#shared/crypto/file-layout.ts';
import { type Keyring, parseKeyring } from '#shared/crypto/keyring.ts';
import type { Bench, BenchResult, BenchRow } from './bench.ts';
import { measureLargeFile } from './crypto-large-file.ts';

const KIB = 1024;
const MIB = 1024 ** 2;
/** Short rounds and many: a neighbour's burst then spoils a few of them, not the median. */
const TOTAL_BYTES = 64 * MIB;
const ROUNDS = 41;
/** What streams give: a bucket's connection, a file, a large read. */
const PIECE_SIZES = [16 * KIB, 64 * KIB, 256 * KIB];
const SEGMENT_SIZES = [64 * KIB, 256 * KIB, MIB, 4 * MIB];
const TARGET_RATIO = 0.8;
const FLAT_MEMORY_BYTES = 1024 * MIB;

interface Measured {
  /** Bytes of plaintext a second. */
  rate: number;
  /** Bytes of plaintext a second of the processor's time. */
  cpuRate: number;
}

/**
 * The file cipher beside raw aes-256-gcm in Node, on the same buffers in the same run. Both take turns in every round
 * and the ratio is the median of the rounds' own, by the time of the processor that each took, so that whatever else the
 * machine does falls on neither.
 */
export const crypto: Bench = {
  name: 'crypto',
  description: "encryption of stored files beside Node's raw aes-256-gcm",
  run: measureCrypto,
};

const CONTEXT: FileContext = { ownerId: 'owner', fileId: 'file', generation: 1, purpose: 'content' };

async function measureCrypto(say: (line: string) => void): Promise<BenchResult> {
  const keyring = parseKeyring({ APP_ENCRYPTION_KEY: randomBytes(32).toString('hex') });
  // First, before other rounds have made the process large.
  const memory = await measureMemory(keyring);
  const rows: BenchRow[] = [];
  for (const pieceBytes of PIECE_SIZES) {
    say(`crypto: pieces of ${pieceBytes / KIB} KiB …`);
    rows.push(...(await comparePair(keyring, pieceBytes)));
  }
  const lowestRatio = Math.min(...rows.map(({ ratio }) => ratio ?? 0));
  for (const segmentBytes of SEGMENT_SIZES) {
    say(`crypto: segments of ${segmentBytes / KIB} KiB …`);
    rows.push(...(await measureSegmentSize(keyring, segmentBytes)));
  }
  rows.push({ name: `memory for ${FLAT_MEMORY_BYTES / MIB} MiB both ways`, value: memory, unit: 'MB' });
  say('crypto: 1 GiB through a bucket …');
  const large = await measureLargeFile(keyring);
  return {
    rows: [...rows, ...large.rows],
    notes: [
      `${TOTAL_BYTES / MIB} MiB a round, medians of ${ROUNDS} rounds; ratios by the processor's time.`,
      `Lowest ratio ${lowestRatio} (target: at least ${TARGET_RATIO}).`,
      `Files are written in segments of ${SEGMENT_BYTES / KIB} KiB; ranges are read anywhere in a file of 1 GB.`,
      ...large.notes,
    ],
  };
}

async function comparePair(keyring: Keyring, pieceBytes: number): Promise<BenchRow[]> {
  const distinct = Array.from({ length: (4 * MIB) / pieceBytes }, () => randomBytes(pieceBytes));
  const plaintext = Array.from({ length: TOTAL_BYTES / (4 * MIB) }, () => distinct).flat();
  const key = createSecretKey(randomBytes(32));
  const iv = randomBytes(12);
  const object = rechunk(await collect(encryptStream(keyring, CONTEXT, streamOf(plaintext))), pieceBytes);
  // What is deciphered raw need not make sense: its tag is computed over these very buffers.
  const sealed = { pieces: object, tag: tagOf(key, iv, object) };
  const rounds: Record<'rawSeal' | 'seal' | 'rawOpen' | 'open', Measured[]> = {
    rawSeal: [],
    seal: [],
    rawOpen: [],
    open: [],
  };
  for (let round = 0; round <= ROUNDS; round += 1) {
    const measured = {
      rawSeal: await timed(async () => void rawSeal(key, iv, plaintext)),
      seal: await timed(() => drain(encryptStream(keyring, CONTEXT, streamOf(plaintext)))),
      rawOpen: await timed(async () => rawOpen(key, iv, sealed)),
      open: await timed(() => drain(decryptStream(keyring, CONTEXT, streamOf(object)))),
    };
    // The first round warms up.
    if (round === 0) continue;
    for (const name of ['rawSeal', 'seal', 'rawOpen', 'open'] as const) rounds[name].push(measured[name]);
  }
  return [
    pairOf('encrypt', pieceBytes, rounds.rawSeal, rounds.seal),
    pairOf('decrypt', pieceBytes, rounds.rawOpen, rounds.open),
  ];
}

function pairOf(what: 'encrypt' | 'decrypt', pieceBytes: number, raw: Measured[], ours: Measured[]): BenchRow {
  const medianRate = (rounds: Measured[]) => median(rounds.map(({ rate }) => rate));
  const [rawRate, ourRate] = [medianRate(raw), medianRate(ours)];
  const ratios = ours.map(({ cpuRate }, round) => cpuRate / (raw[round]?.cpuRate ?? cpuRate));
  return {
    name: `${what}, pieces of ${pieceBytes / KIB} KiB`,
    value: Math.round(ourRate / 1e6),
    unit: 'MB/s',
    reference: { name: 'raw aes-256-gcm', value: Math.round(rawRate / 1e6) },
    ratio: Math.round(median(ratios) * 100) / 100,
  };
}

/** Speed and size against segment size, and what ranges cost: 1 MB and 64 KiB anywhere in a file of 1 GB. */
async function measureSegmentSize(keyring: Keyring, segmentBytes: number): Promise<BenchRow[]> {
  const pieces = Array.from({ length: 64 }, () => randomBytes(64 * KIB));
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const sealing = () => drain(encryptStream(keyring, CONTEXT, repeat(pieces, 64 * KIB), { segmentBytes }));
    rates.push((await timed(sealing)).rate);
  }
  const plainSize = 1e9;
  const cost = (length: number): { most: number; bytes: number } => {
    let [most, bytes, count] = [0, 0, 0];
    for (let start = 0; start + length <= plainSize; start += 99_991) {
      const plan = planRange({ plainSize, start, end: start + length - 1, segmentBytes });
      most = Math.max(most, plan.segmentsRead);
      for (const span of [plan.segments, plan.lastSegment]) bytes += span ? span.end - span.start + 1 : 0;
      count += 1;
    }
    return { most, bytes: bytes / count };
  };
  const [megabyte, small] = [cost(1e6), cost(64 * KIB)];
  const size = `segments of ${segmentBytes / KIB} KiB`;
  const overheadPpm = ((encryptedSize(plainSize, segmentBytes) - plainSize) / plainSize) * 1e6;
  return [
    { name: `encrypt, ${size}`, value: Math.round(median(rates) / 1e6), unit: 'MB/s' },
    { name: `overhead, ${size}`, value: Math.round(overheadPpm), unit: 'ppm' },
    { name: `segments read for 1 MB, ${size}`, value: megabyte.most, unit: '' },
    { name: `read for 1 MB, ${size}`, value: Math.round(megabyte.bytes / KIB), unit: 'KiB' },
    { name: `read for 64 KiB, ${size}`, value: Math.round(small.bytes / KIB), unit: 'KiB' },
  ];
}

/** The most resident memory that sealing and opening a large file at once added, in MB. */
async function measureMemory(keyring: Keyring): Promise<number> {
  const pieces = Array.from({ length: 64 }, () => randomBytes(64 * KIB));
  const before = process.memoryUsage.rss();
  let most = before;
  const sealing = encryptStream(keyring, CONTEXT, repeat(pieces, 64 * KIB, FLAT_MEMORY_BYTES));
  for await (const _part of decryptStream(keyring, CONTEXT, sealing)) most = Math.max(most, process.memoryUsage.rss());
  return Math.round((most - before) / 1e6);
}

async function* repeat(pieces: readonly Buffer[], pieceBytes: number, total = TOTAL_BYTES): AsyncGenerator<Buffer> {
  for (let given = 0; given < total; given += pieces.length * pieceBytes) yield* pieces;
}

async function* streamOf(pieces: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* pieces;
}

/** The same bytes in pieces of one size, as a bucket gives them. */
function rechunk(all: Buffer, pieceBytes: number): Buffer[] {
  return Array.from({ length: Math.ceil(all.length / pieceBytes) }, (_, index) =>
    Buffer.from(all.subarray(index * pieceBytes, (index + 1) * pieceBytes)),
  );
}

/** Node's cipher in a plain loop, without streams: nothing in Node is faster on these buffers. */
function rawSeal(key: KeyObject, iv: Buffer, pieces: readonly Buffer[]): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: 16 });
  for (const piece of pieces) cipher.update(piece);
  cipher.final();
  return cipher.getAuthTag();
}

function rawOpen(key: KeyObject, iv: Buffer, sealed: { pieces: readonly Buffer[]; tag: Buffer }): void {
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 });
  decipher.setAuthTag(sealed.tag);
  for (const piece of sealed.pieces) decipher.update(piece);
  decipher.final();
}

/** The tag that makes these buffers a valid ciphertext: that of the text they decipher to. */
function tagOf(key: KeyObject, iv: Buffer, ciphertext: readonly Buffer[]): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 });
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: 16 });
  for (const piece of ciphertext) cipher.update(decipher.update(piece));
  cipher.final();
  return cipher.getAuthTag();
}

async function collect(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

async function drain(stream: AsyncIterable<Uint8Array>): Promise<void> {
  let bytes = 0;
  for await (const part of stream) bytes += part.length;
  if (bytes < TOTAL_BYTES) throw new Error(`Only ${bytes} bytes came.`);
}

async function timed(work: () => Promise<void>): Promise<Measured> {
  const start = performance.now();
  const startCpu = process.cpuUsage();
  await work();
  const seconds = (performance.now() - start) / 1e3;
  const { user, system } = process.cpuUsage(startCpu);
  return { rate: TOTAL_BYTES / seconds, cpuRate: TOTAL_BYTES / ((user + system) / 1e6) };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
