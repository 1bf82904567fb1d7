/** A stretch of decoded sound: one array a channel, all of one length, −1 to 1. */
export interface SoundBlock {
  sampleRate: number;
  channels: readonly Float32Array[];
}

/** A recording that is being decoded, block by block; runs only inside the decoding process. */
export interface SoundDecoding {
  /** Length of the whole recording by its headers; undefined where they do not tell. */
  declaredSeconds: number | undefined;
  /** Where the first block stands in the recording; formats without an index always begin at 0. */
  startSeconds: number;
  blocks: AsyncIterable<SoundBlock>;
  /** What is wrong with the recording, one sentence each. */
  warnings: string[];
}

/**
 * Opens a recording. `fromSeconds` is a wish, for formats in which a place can be found without decoding up to it.
 * @throws AppError DAMAGED_FILE; CODEC_UNAVAILABLE when the container holds a codec that this decoder does not know
 */
export type OpenSound = (path: string, fromSeconds: number) => Promise<SoundDecoding>;
