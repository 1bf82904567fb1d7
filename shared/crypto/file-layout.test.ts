import { describe, expect, it } from 'vitest';
import { HEADER_BYTES, SEGMENT_BYTES } from './file-format.ts';
import { encryptedSize, plainSize, planRange, segmentSpan } from './file-layout.ts';

const MB = 1_000_000;
const GB = 1_000_000_000;

describe('sizes', () => {
  it('follow from each other around every border', () => {
    for (const segments of [0, 1, 2, 3, 954]) {
      for (const delta of [-17, -16, -1, 0, 1, 16, 17]) {
        const plain = segments * SEGMENT_BYTES + delta;
        if (plain < 0) continue;
        const count = Math.max(1, Math.ceil(plain / SEGMENT_BYTES));
        expect(encryptedSize(plain)).toBe(145 + plain + 16 * count);
        expect(plainSize(encryptedSize(plain))).toBe(plain);
      }
    }
  });

  it('that no object has are refused, all others are taken', () => {
    const sizes = new Set(Array.from({ length: 5000 }, (_, plain) => encryptedSize(plain, 1024)));
    for (let size = -1; size < encryptedSize(4999, 1024); size += 1) {
      if (sizes.has(size)) expect(encryptedSize(plainSize(size, 1024), 1024)).toBe(size);
      else expect(() => plainSize(size, 1024), `${size}`).toThrow(expect.objectContaining({ code: 'INTEGRITY_ERROR' }));
    }
    for (const size of [Number.NaN, Number.POSITIVE_INFINITY, 200.5, 2 ** 53]) {
      expect(() => plainSize(size)).toThrow(expect.objectContaining({ code: 'INTEGRITY_ERROR' }));
    }
  });

  it('past the last segment number are refused', () => {
    expect(encryptedSize(1024 * 2 ** 32, 1024)).toBe(HEADER_BYTES + (1024 + 16) * 2 ** 32);
    expect(() => encryptedSize(1024 * 2 ** 32 + 1, 1024)).toThrow(RangeError);
    for (const size of [-1, 1.5, Number.NaN, 2 ** 53]) expect(() => encryptedSize(size)).toThrow(RangeError);
    const tooLong = HEADER_BYTES + (1024 + 16) * 2 ** 32 + 17;
    expect(() => plainSize(tooLong, 1024)).toThrow(expect.objectContaining({ code: 'INTEGRITY_ERROR' }));
  });
});

describe('planRange', () => {
  it('reads at most 3 segments for 1 MB of 1 GB, wherever it lies', () => {
    let most = 0;
    for (let start = 0; start + MB <= GB; start += 99_991) {
      most = Math.max(most, planRange({ plainSize: GB, start, end: start + MB - 1 }).segmentsRead);
    }
    const edges = [-1, 0, 1].map((delta) => 5 * SEGMENT_BYTES + delta);
    for (const start of [...edges, ...edges.map((edge) => edge - MB), GB - MB]) {
      most = Math.max(most, planRange({ plainSize: GB, start, end: start + MB - 1 }).segmentsRead);
      most = Math.max(most, planRange({ plainSize: GB, start, end: start + 1024 ** 2 - 1 }).segmentsRead);
    }
    expect(most).toBe(3);
  });

  it('names the bytes of the object', () => {
    expect(planRange({ plainSize: 5000, start: 1500, end: 2100, segmentBytes: 1024 })).toEqual({
      header: { start: 0, end: 144 },
      segments: { start: 145 + 1040, end: 145 + 3 * 1040 - 1 },
      lastSegment: { start: 145 + 4 * 1040, end: 145 + 4 * 1040 + (5000 - 4096) + 15 },
      first: 1,
      last: 2,
      final: 4,
      skip: 1500 - 1024,
      length: 601,
      segmentsRead: 3,
    });
    expect(segmentSpan(4, 5000, 1024).end).toBe(encryptedSize(5000, 1024) - 1);
    const toTheEnd = planRange({ plainSize: 5000, start: 4999, end: Number.MAX_SAFE_INTEGER, segmentBytes: 1024 });
    expect(toTheEnd).toMatchObject({ lastSegment: undefined, length: 1, segmentsRead: 1, first: 4, last: 4 });
  });

  it('refuses what holds no byte of the file', () => {
    const ranges = [
      { plainSize: 0, start: 0, end: 0 },
      { plainSize: 10, start: 10, end: 12 },
      { plainSize: 10, start: 5, end: 4 },
      { plainSize: 10, start: -1, end: 4 },
      { plainSize: 10, start: 0.5, end: 4 },
      { plainSize: 10, start: 0, end: Number.NaN },
    ];
    for (const range of ranges) {
      expect(() => planRange(range)).toThrow(expect.objectContaining({ code: 'RANGE_NOT_SATISFIABLE' }));
    }
  });
});
