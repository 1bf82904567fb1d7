import { AppError } from '#shared/errors/app-error.ts';
import { createResampler, type Resampler } from './resample.ts';
import type { SoundBlock, SoundDecoding } from './sound-decoding.ts';

/** A file of silence of some megabytes can be months long; nothing that people record is. */
const MOST_SECONDS = 24 * 3_600;

/**
 * A decoded recording as 16-bit mono of one sample rate, from a sample on, whatever the file itself holds.
 * @param summary is told how much was decoded, from the recording's own beginning
 * @throws AppError RESOURCE_LIMIT beyond 24 hours; what decoding throws
 */
export async function* toSpeechSamples(
  decoding: SoundDecoding,
  wanted: { fromSample: number; sampleRate: number },
  summary: { decodedSeconds: number },
): AsyncGenerator<Int16Array> {
  let toSkip = wanted.fromSample - Math.round(decoding.startSeconds * wanted.sampleRate);
  let resampler: { rate: number; stage: Resampler } | undefined;
  const trim = (pieces: Float32Array[]): Int16Array[] =>
    pieces.flatMap((piece) => {
      const kept = piece.subarray(Math.max(0, Math.min(piece.length, toSkip)));
      toSkip -= piece.length - kept.length;
      return kept.length > 0 ? [toInt16(kept)] : [];
    });

  summary.decodedSeconds = decoding.startSeconds;
  for await (const block of decoding.blocks) {
    summary.decodedSeconds += (block.channels[0]?.length ?? 0) / block.sampleRate;
    if (summary.decodedSeconds > MOST_SECONDS) {
      throw new AppError('RESOURCE_LIMIT', { detail: 'The recording is longer than 24 hours. Split it into parts.' });
    }
    if (resampler?.rate !== block.sampleRate) {
      // Joined recordings may change their rate on the way.
      if (resampler) yield* trim(resampler.stage.flush());
      resampler = { rate: block.sampleRate, stage: await createResampler(block.sampleRate, wanted.sampleRate) };
    }
    yield* trim(resampler.stage.push(toMono(block)));
  }
  if (resampler) yield* trim(resampler.stage.flush());
}

function toMono({ channels }: SoundBlock): Float32Array {
  const [first = new Float32Array(0), ...others] = channels;
  if (others.length === 0) return first;
  const mono = new Float32Array(first.length);
  for (let at = 0; at < mono.length; at += 1) {
    let sum = first[at] ?? 0;
    for (const other of others) sum += other[at] ?? 0;
    mono[at] = sum / channels.length;
  }
  return mono;
}

function toInt16(samples: Float32Array): Int16Array {
  return Int16Array.from(samples, (value) => Math.max(-32_768, Math.min(32_767, Math.round(value * 32_768))));
}
