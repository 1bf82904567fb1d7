import { FLACDecoder } from '@wasm-audio-decoders/flac';
import { AppError } from '#shared/errors/app-error.ts';
import { decodeInTurn } from './decode-in-turn.ts';
import { afterId3, readBytes, readChunks } from './read-bytes.ts';
import type { OpenSound } from './sound-decoding.ts';

/** Silence takes next to no bytes: 8 KiB of it can be ten minutes. */
const CHUNK_BYTES = 8_192;

/** FLAC, through libFLAC. */
export const openFlac: OpenSound = async (path) => {
  const start = await afterId3(path);
  const head = await readBytes(path, start, 42);
  if (head.length < 42 || head.toString('latin1', 0, 4) !== 'fLaC') {
    throw new AppError('DAMAGED_FILE', { detail: 'The FLAC file is damaged: it does not begin with a FLAC header.' });
  }
  // STREAMINFO is always first: 20 bits of sample rate, 8 of other things, 36 of the number of samples.
  const rate = head.readUIntBE(18, 3) >>> 4;
  const samples = ((head[21] ?? 0) & 15) * 2 ** 32 + head.readUInt32BE(22);
  return {
    declaredSeconds: rate > 0 && samples > 0 ? samples / rate : undefined,
    startSeconds: 0,
    blocks: decodeInTurn(new FLACDecoder(), readChunks(path, CHUNK_BYTES, start)),
    warnings: [],
  };
};
