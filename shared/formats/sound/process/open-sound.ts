import { AppError } from '#shared/errors/app-error.ts';
import type { SoundFormat } from '#shared/formats/format.ts';
import type { SoundOrder, SoundSource } from './sound-source.ts';
import { startDecoder } from './start-decoder.ts';
import { findFfmpeg, startFfmpeg } from './start-ffmpeg.ts';

/**
 * Starts decoding a recording: with a decoder of ours where there is one for the format, else with ffmpeg.
 * @param searchPath where ffmpeg is looked for, as in PATH
 * @throws AppError CODEC_UNAVAILABLE when it needs ffmpeg and there is none
 */
export async function openSound(format: SoundFormat, order: SoundOrder, searchPath: string): Promise<SoundSource> {
  if (format.decoder === 'built-in') return startDecoder(order);
  const ffmpeg = await findFfmpeg(searchPath);
  if (ffmpeg) return startFfmpeg(ffmpeg, order);
  throw new AppError('CODEC_UNAVAILABLE', {
    detail:
      `Files of the type .${format.extensions[0]} are decoded by ffmpeg, which is not on this machine: install it (for ` +
      'example `apt-get install ffmpeg` or `brew install ffmpeg`), then reprocess the file; or store the sound as mp3, flac, ogg or wav.',
  });
}
