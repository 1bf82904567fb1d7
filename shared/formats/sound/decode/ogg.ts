import { stat } from 'node:fs/promises';
import { AppError } from '#shared/errors/app-error.ts';
import { decodeInTurn } from './decode-in-turn.ts';
import { readBytes, readChunks } from './read-bytes.ts';
import type { OpenSound } from './sound-decoding.ts';

const CHUNK_BYTES = 16_384;
/** A page has 65,307 bytes at most, so the last one begins within this of the end. */
const TAIL_BYTES = 66_000;
const END_OF_STREAM = 4;

/** Ogg with Vorbis, Opus or FLAC. */
export const openOgg: OpenSound = async (path) => {
  const head = await readBytes(path, 0, 64);
  const codec = codecOf(head);
  const last = await lastPage(path);
  return {
    declaredSeconds: last && last.samples > 0 ? (last.samples - codec.preSkip) / codec.clock : undefined,
    startSeconds: 0,
    blocks: decodeInTurn(await codec.createDecoder(), readChunks(path, CHUNK_BYTES)),
    warnings: last?.isEnd ? [] : ['The recording has no end marker, so its end may be missing.'],
  };
};

/** The first packet names the codec; each decoder is loaded only where it is needed. */
function codecOf(head: Buffer) {
  const packet = head.subarray(27 + (head[26] ?? 0));
  const name = packet.toString('latin1', 0, 8);
  if (name === 'OpusHead') {
    return {
      clock: 48_000,
      preSkip: packet.length >= 12 ? packet.readUInt16LE(10) : 0,
      createDecoder: async () => new (await import('ogg-opus-decoder')).OggOpusDecoder(),
    };
  }
  if (name.startsWith('\u0001vorbis') && packet.length >= 16) {
    return {
      clock: packet.readUInt32LE(12) || 1,
      preSkip: 0,
      createDecoder: async () => new (await import('@wasm-audio-decoders/ogg-vorbis')).OggVorbisDecoder(),
    };
  }
  if (name.startsWith('\u007fFLAC') && packet.length >= 31) {
    return {
      clock: packet.readUIntBE(27, 3) >>> 4 || 1,
      preSkip: 0,
      createDecoder: async () => new (await import('@wasm-audio-decoders/flac')).FLACDecoder(),
    };
  }
  if (head.toString('latin1', 0, 4) !== 'OggS') {
    throw new AppError('DAMAGED_FILE', { detail: 'The Ogg file is damaged: it does not begin with an Ogg header.' });
  }
  throw new AppError('CODEC_UNAVAILABLE', {
    detail: 'The Ogg file contains neither Vorbis, Opus nor FLAC. Convert it to one of these.',
  });
}

async function lastPage(path: string): Promise<{ samples: number; isEnd: boolean } | undefined> {
  const { size } = await stat(path);
  const tail = await readBytes(path, Math.max(0, size - TAIL_BYTES), TAIL_BYTES);
  const at = tail.lastIndexOf('OggS');
  if (at === -1 || at + 14 > tail.length) return undefined;
  const packets = tail.subarray(at + 27, at + 27 + (tail[at + 26] ?? 0));
  const isWhole = at + 27 + packets.length + packets.reduce((sum, bytes) => sum + bytes, 0) <= tail.length;
  return {
    samples: Number(tail.readBigInt64LE(at + 6)),
    isEnd: isWhole && ((tail[at + 5] ?? 0) & END_OF_STREAM) !== 0,
  };
}
