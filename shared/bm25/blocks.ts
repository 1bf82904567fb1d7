import { VarintReader } from './varint.ts';

const SEGMENT_HEADER = 36;
const BLOCK_HEADER = 12;

/** The passages of the segments that a query touches, counted through from 0: what scores are kept by. */
export interface PassageSpace {
  size: number;
  /** Words of each passage. */
  lengths: Float64Array;
  /** The first passage of each segment, by the segment's id. */
  starts: Map<number, number>;
  /** Where a passage stands in the person's files. */
  locate(passage: number): PassagePlace;
}

export interface PassagePlace {
  segment: number;
  fileId: string;
  generation: number;
  chunkIndex: number;
}

/** @param segments as `findBm25Terms` gives them */
export function readSegments(segments: Buffer): PassageSpace {
  const starts = new Map<number, number>();
  const firsts: number[] = [];
  const headers: number[] = [];
  let size = 0;
  for (let at = 0; at < segments.length; at += SEGMENT_HEADER + segments.readInt32BE(at + 32)) {
    starts.set(segments.readInt32BE(at), size);
    firsts.push(size);
    headers.push(at);
    size += segments.readInt32BE(at + 4);
  }
  const lengths = new Float64Array(size);
  let passage = 0;
  for (const at of headers) {
    const reader = new VarintReader(segments, at + SEGMENT_HEADER);
    for (let left = segments.readInt32BE(at + 4); left > 0; left -= 1) lengths[passage++] = reader.next();
  }
  return {
    size,
    lengths,
    starts,
    locate(wanted) {
      const index = lastAtMost(firsts, wanted);
      const at = headers[index] ?? 0;
      return {
        segment: segments.readInt32BE(at),
        fileId: uuidAt(segments, at + 8),
        generation: segments.readInt32BE(at + 24),
        chunkIndex: segments.readInt32BE(at + 28) + wanted - (firsts[index] ?? 0),
      };
    },
  };
}

/** Calls back for each posting, in the order of the blocks; segments outside the space are passed over. */
export function eachPosting(
  blocks: Buffer,
  { starts }: PassageSpace,
  visit: (passage: number, count: number) => void,
): void {
  for (let at = 0; at < blocks.length; ) {
    const start = starts.get(blocks.readInt32BE(at));
    const bytes = blocks.readInt32BE(at + 8);
    if (start !== undefined) {
      const reader = new VarintReader(blocks, at + BLOCK_HEADER);
      let passage = start - 1;
      for (let left = blocks.readInt32BE(at + 4); left > 0; left -= 1) {
        const step = reader.next();
        passage += (step >>> 1) + 1;
        visit(passage, (step & 1) === 0 ? 1 : reader.next() + 2);
      }
    }
    at += BLOCK_HEADER + bytes;
  }
}

/** The position of the last number that is at most `wanted`, of ascending ones. */
function lastAtMost(ascending: readonly number[], wanted: number): number {
  let [low, high] = [0, ascending.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((ascending[middle] ?? 0) <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
}

function uuidAt(bytes: Buffer, at: number): string {
  const hex = bytes.toString('hex', at, at + 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
