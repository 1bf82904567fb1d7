import type { LogRecord } from '../engine/operations.ts';
import { noVectors, type PointVectors } from '../engine/vectors.ts';
import { isObject, type Json, type JsonObject, ownValue, parseJson, stringifyJson } from '../json.ts';

/**
 * A record is the length of its JSON (u32), the JSON, and the numbers of its vectors behind it: floats as they are in
 * memory (little-endian on every machine that Node runs on here). 384 floats take 1.5 KB instead of 8 KB of text.
 */
const HEAD_BYTES = 4;

function bytesOf(array: Float32Array | Uint32Array): Buffer {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}

function encodeVectors(vectors: PointVectors, blobs: Buffer[]): Json {
  const dense: Json = [];
  for (const [name, vector] of vectors.dense) {
    dense.push([name, vector.length]);
    blobs.push(bytesOf(vector));
  }
  const sparse: Json = [];
  for (const [name, { indices, values }] of vectors.sparse) {
    sparse.push([name, indices.length]);
    blobs.push(bytesOf(indices), bytesOf(values));
  }
  return { dense, sparse };
}

export function encodeRecord(record: LogRecord): Buffer {
  const blobs: Buffer[] = [];
  const isPlain = !('points' in record);
  const shown = isPlain
    ? record
    : { ...record, points: record.points.map((point) => ({ ...point, vectors: encodeVectors(point.vectors, blobs) })) };
  const json = Buffer.from(stringifyJson(shown));
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32LE(json.length);
  return Buffer.concat([head, json, ...blobs]);
}

class BlobReader {
  private readonly bytes: Buffer;
  private at: number;

  constructor(bytes: Buffer, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  private take<T extends Float32Array | Uint32Array>(into: T): T {
    const target = bytesOf(into);
    if (this.at + target.length > this.bytes.length) throw new Error('A log record ends inside a vector.');
    this.bytes.copy(target, 0, this.at);
    this.at += target.length;
    return into;
  }

  vectors(shown: Json | undefined): PointVectors {
    const vectors = noVectors();
    if (!isObject(shown)) return vectors;
    for (const [name, length] of ownValue(shown, 'dense') as [string, number][]) {
      vectors.dense.set(name, this.take(new Float32Array(length)));
    }
    for (const [name, length] of ownValue(shown, 'sparse') as [string, number][]) {
      const indices = this.take(new Uint32Array(length));
      vectors.sparse.set(name, { indices, values: this.take(new Float32Array(length)) });
    }
    return vectors;
  }
}

/** The inverse of {@link encodeRecord}; only for bytes whose checksum was right. */
export function decodeRecord(bytes: Buffer): LogRecord {
  const jsonLength = bytes.readUInt32LE(0);
  const record = parseJson(bytes.toString('utf8', HEAD_BYTES, HEAD_BYTES + jsonLength)) as JsonObject;
  const points = ownValue(record, 'points');
  if (Array.isArray(points)) {
    const reader = new BlobReader(bytes, HEAD_BYTES + jsonLength);
    for (const point of points as JsonObject[]) {
      (point as Record<string, unknown>).vectors = reader.vectors(ownValue(point, 'vectors'));
    }
  }
  return record as unknown as LogRecord;
}
