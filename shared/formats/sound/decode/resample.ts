import LibSampleRate from '@alexanderolsen/libsamplerate-js';
import { AppError } from '#shared/errors/app-error.ts';

const { ConverterType, create } = LibSampleRate;

/** Its transfer buffer holds 4 MiB; four times as many samples may come out as go in. */
const PIECE = 65_536;
const LOWEST_RATE = 4_000;
const HIGHEST_RATE = 768_000;

export interface Resampler {
  /** What is ready so far; the filter holds a few milliseconds back. */
  push(samples: Float32Array): Float32Array[];
  /** The rest, so that the whole has exactly as many samples as it should. */
  flush(): Float32Array[];
}

/** Brings one channel to another sample rate through libsamplerate. @throws AppError DAMAGED_FILE for an absurd rate */
export async function createResampler(from: number, to: number): Promise<Resampler> {
  if (from === to) return { push: (samples) => [samples], flush: () => [] };
  if (!(from >= LOWEST_RATE && from <= HIGHEST_RATE)) {
    throw new AppError('DAMAGED_FILE', { detail: `The recording is damaged: its sample rate is ${from} Hz.` });
  }
  const converter = await create(1, from, to, { converterType: ConverterType.SRC_SINC_FASTEST });
  let taken = 0;
  let given = 0;
  const convert = (samples: Float32Array): Float32Array => converter.full(samples).slice();
  return {
    push(samples) {
      const pieces: Float32Array[] = [];
      for (let at = 0; at < samples.length; at += PIECE) {
        const piece = samples.subarray(at, at + PIECE);
        taken += piece.length;
        const ready = convert(piece);
        given += ready.length;
        if (ready.length > 0) pieces.push(ready);
      }
      return pieces;
    },
    flush() {
      const missing = Math.round((taken * to) / from) - given;
      const rest = missing > 0 ? convert(new Float32Array(Math.ceil((missing * from) / to) + 1_024)) : undefined;
      converter.destroy();
      return rest ? [rest.subarray(0, missing)] : [];
    },
  };
}
