/** A stretch of a made recording: a tone, or silence. */
export interface Stretch {
  seconds: number;
  /** 0: silence. */
  hertz: number;
}

/** Tones and silence one after the other, −1 to 1, at 16 kHz unless another rate is given. */
export function tones(stretches: readonly Stretch[], sampleRate = 16_000): Float32Array {
  return Float32Array.from(stretches.flatMap((stretch) => [...tone(stretch, sampleRate)]));
}

function tone({ seconds, hertz }: Stretch, sampleRate: number): Float32Array {
  const step = (2 * Math.PI * hertz) / sampleRate;
  return Float32Array.from({ length: Math.round(seconds * sampleRate) }, (_, at) => 0.5 * Math.sin(step * at));
}
