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
      `Files of type .${format.extensions[0]} need ffmpeg, which is not installed. Install it (for ` +
      'example `apt-get install ffmpeg` or `brew install ffmpeg`) and reprocess the file, or upload the audio as mp3, flac, ogg or wav.',
  });
}
