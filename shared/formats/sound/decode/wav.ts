import { open, stat } from 'node:fs/promises';
import { AppError } from '#shared/errors/app-error.ts';
import { readChunks } from './read-bytes.ts';
import type { OpenSound, SoundBlock } from './sound-decoding.ts';

const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;
const CHUNK_FRAMES = 16_384;
const MOST_CHANNELS = 64;
/** Chunks that may stand before the sound: notes, cue points, a picture. */
const MOST_CHUNKS = 1_000;

interface WavHeader {
  coding: number;
  channels: number;
  sampleRate: number;
  bits: number;
  /** Bytes of one sample of every channel. */
  frameBytes: number;
  dataStart: number;
  /** As the header says; undefined in a recording that was written as a stream. */
  dataBytes: number | undefined;
}

/** RIFF and RF64 WAVE with PCM of 8, 16, 24 or 32 bits or floating point, WAVE_FORMAT_EXTENSIBLE included. */
export const openWav: OpenSound = async (path, fromSeconds) => {
  const header = await readHeader(path);
  const { size } = await stat(path);
  const present = Math.max(0, size - header.dataStart);
  const dataBytes = Math.min(header.dataBytes ?? present, present);
  const totalFrames = Math.floor(dataBytes / header.frameBytes);
  const firstFrame = Math.min(totalFrames, Math.floor(fromSeconds * header.sampleRate));
  const declaredFrames = (header.dataBytes ?? dataBytes) / header.frameBytes;
  return {
    declaredSeconds: declaredFrames / header.sampleRate,
    startSeconds: firstFrame / header.sampleRate,
    blocks: readBlocks(path, header, firstFrame, totalFrames),
    warnings: [],
  };
};

async function readHeader(path: string): Promise<WavHeader> {
  await using handle = await open(path, 'r');
  const read = async (position: number, length: number): Promise<Buffer> => {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
    return buffer.subarray(0, bytesRead);
  };
  const riff = await read(0, 12);
  if (!/^(?:RIFF|RF64)....WAVE$/s.test(riff.toString('latin1'))) throw damaged('it does not begin with a WAV header');
  let format: Omit<WavHeader, 'dataStart' | 'dataBytes'> | undefined;
  let position = 12;
  for (let chunks = 0; chunks < MOST_CHUNKS; chunks += 1) {
    const head = await read(position, 8);
    if (head.length < 8) break;
    const id = head.toString('latin1', 0, 4);
    const bytes = head.readUInt32LE(4);
    if (id === 'fmt ') format = parseFormat(await read(position + 8, 40));
    if (id === 'data' && format) {
      // Recorders that stream leave 0 or the highest number; RF64 keeps the real size elsewhere.
      const known = bytes > 0 && bytes < 0xffffffff - 64;
      return { ...format, dataStart: position + 8, dataBytes: known ? bytes : undefined };
    }
    position += 8 + bytes + (bytes % 2);
  }
  throw damaged('it contains no audio');
}

function parseFormat(chunk: Buffer): Omit<WavHeader, 'dataStart' | 'dataBytes'> {
  if (chunk.length < 16) throw damaged('its header is cut off');
  const tag = chunk.readUInt16LE(0);
  const channels = chunk.readUInt16LE(2);
  const sampleRate = chunk.readUInt32LE(4);
  const bits = chunk.readUInt16LE(14);
  // The extensible header keeps the coding in the first two bytes of a GUID.
  const coding = tag === EXTENSIBLE && chunk.length >= 26 ? chunk.readUInt16LE(24) : tag;
  const known = (coding === PCM && [8, 16, 24, 32].includes(bits)) || (coding === FLOAT && [32, 64].includes(bits));
  if (!known) {
    throw new AppError('CODEC_UNAVAILABLE', {
      detail: `The WAV file uses encoding ${coding} with ${bits} bits, which is not supported. Convert it to 16-bit PCM.`,
    });
  }
  if (channels === 0 || channels > MOST_CHANNELS || sampleRate === 0) throw damaged('its header is not valid');
  return { coding, channels, sampleRate, bits, frameBytes: (channels * bits) / 8 };
}

async function* readBlocks(
  path: string,
  header: WavHeader,
  firstFrame: number,
  totalFrames: number,
): AsyncGenerator<SoundBlock> {
  const { frameBytes, sampleRate } = header;
  let left = (totalFrames - firstFrame) * frameBytes;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of readChunks(path, CHUNK_FRAMES * frameBytes, header.dataStart + firstFrame * frameBytes)) {
    if (left <= 0) return;
    const bytes = Buffer.concat([rest, chunk.subarray(0, left)]);
    left -= Math.min(left, chunk.length);
    const frames = Math.floor(bytes.length / frameBytes);
    rest = bytes.subarray(frames * frameBytes);
    if (frames > 0) yield { sampleRate, channels: split(bytes, frames, header) };
  }
}

function split(bytes: Buffer, frames: number, header: WavHeader): Float32Array[] {
  const { channels, frameBytes, bits } = header;
  const sample = sampleReader(bytes, header);
  return Array.from({ length: channels }, (_, channel) => {
    const values = new Float32Array(frames);
    for (let frame = 0; frame < frames; frame += 1) values[frame] = sample(frame * frameBytes + (channel * bits) / 8);
    return values;
  });
}

function sampleReader(bytes: Buffer, { coding, bits }: WavHeader): (at: number) => number {
  if (coding === FLOAT) {
    // A broken recorder's infinities would make the whole window one.
    const finite = (value: number): number => (Number.isFinite(value) ? Math.max(-1, Math.min(1, value)) : 0);
    return bits === 32 ? (at) => finite(bytes.readFloatLE(at)) : (at) => finite(bytes.readDoubleLE(at));
  }
  // Eight bits are unsigned, all others signed.
  if (bits === 8) return (at) => ((bytes[at] ?? 128) - 128) / 128;
  if (bits === 16) return (at) => bytes.readInt16LE(at) / 32_768;
  return bits === 24 ? (at) => bytes.readIntLE(at, 3) / 8_388_608 : (at) => bytes.readInt32LE(at) / 2_147_483_648;
}

function damaged(why: string): AppError {
  return new AppError('DAMAGED_FILE', { detail: `The WAV file is damaged: ${why}.` });
}
