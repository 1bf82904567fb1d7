import { isUint8Array } from 'node:util/types';

/** Pieces smaller than this are put together: a source of single bytes must not cost a hundred bytes for each. */
const SMALL_PIECE_BYTES = 4 * 1024;
const JOINED_BYTES = 64 * 1024;

export interface Block {
  index: number;
  /** The pieces as the source gave them, cut at the block's borders, small ones joined. */
  parts: Uint8Array[];
  length: number;
  /** The source ended with this block; only then can it be shorter than asked for, or empty. */
  isLast: boolean;
}

/**
 * Cuts a stream into blocks of exact sizes without copying it; at most one block and one piece of the source are held.
 * `sizeOf` is asked when a block begins, after the one before was consumed. An empty source gives one empty block.
 * A source must not write again into a piece it has given.
 */
export async function* blocksOf(
  source: AsyncIterable<Uint8Array>,
  sizeOf: (index: number) => number,
): AsyncGenerator<Block, void, undefined> {
  let index = 0;
  let block = new BlockParts(sizeOf(0));
  for await (const piece of source) {
    if (!isUint8Array(piece)) throw new TypeError('A stream to encrypt or decrypt must yield bytes.');
    let rest: Uint8Array = piece;
    while (rest.length > 0) {
      if (block.room === 0) {
        yield { index, parts: block.take(), length: block.size, isLast: false };
        index += 1;
        block = new BlockParts(sizeOf(index));
      }
      const cut = Math.min(rest.length, block.room);
      block.add(rest.subarray(0, cut));
      rest = rest.subarray(cut);
    }
  }
  yield { index, parts: block.take(), length: block.size - block.room, isLast: true };
}

class BlockParts {
  readonly size: number;
  room: number;
  readonly #parts: Uint8Array[] = [];
  #joined: Buffer | undefined;
  #joinedBytes = 0;

  constructor(size: number) {
    this.size = size;
    this.room = size;
  }

  add(piece: Uint8Array): void {
    this.room -= piece.length;
    if (piece.length >= SMALL_PIECE_BYTES) {
      this.#closeJoined();
      this.#parts.push(piece);
      return;
    }
    if (this.#joined && this.#joinedBytes + piece.length > this.#joined.length) this.#closeJoined();
    // Never larger than what the block can still take, so that a stream of few bytes stays cheap.
    this.#joined ??= Buffer.allocUnsafeSlow(Math.min(JOINED_BYTES, this.room + piece.length));
    this.#joined.set(piece, this.#joinedBytes);
    this.#joinedBytes += piece.length;
  }

  take(): Uint8Array[] {
    this.#closeJoined();
    return this.#parts;
  }

  #closeJoined(): void {
    if (this.#joined) this.#parts.push(this.#joined.subarray(0, this.#joinedBytes));
    this.#joined = undefined;
    this.#joinedBytes = 0;
  }
}
