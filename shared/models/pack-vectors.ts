import type { SparseVector } from '#shared/ports/sparse-embedder.ts';

const BYTES = 4;

/** 384 numbers are 2 KB so, and 8 KB as JSON. */
export function packNumbers(vector: readonly number[]): string {
  return Buffer.from(Float32Array.from(vector).buffer).toString('base64');
}

export function unpackNumbers(value: string): number[] {
  const bytes = Buffer.from(value, 'base64');
  return Array.from({ length: Math.floor(bytes.length / BYTES) }, (_, index) => bytes.readFloatLE(index * BYTES));
}

/** All indices, then all values. */
export function packSparse({ indices, values }: SparseVector): string {
  const parts = [Uint32Array.from(indices), Float32Array.from(values)];
  return Buffer.concat(parts.map(({ buffer }) => Buffer.from(buffer))).toString('base64');
}

export function unpackSparse(value: string): SparseVector {
  const bytes = Buffer.from(value, 'base64');
  const length = Math.floor(bytes.length / BYTES / 2);
  return {
    indices: Array.from({ length }, (_, index) => bytes.readUInt32LE(index * BYTES)),
    values: Array.from({ length }, (_, index) => bytes.readFloatLE((length + index) * BYTES)),
  };
}
