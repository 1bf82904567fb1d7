import { SPEECH_SAMPLE_RATE } from '#shared/ports/transcriber.ts';

const FRAME = SPEECH_SAMPLE_RATE / 50;
/** −55 dB of full scale: a quiet voice on a badly set recorder is 10 dB above, the noise of a quiet room at most there. */
const SILENCE = 10 ** (-55 / 20);
/** Frames (0.2 s) that must be quiet together: shorter pauses are the stops inside words (p, t, k: up to 0.15 s). */
const PAUSE_FRAMES = 10;
/** A pause is at least 20 dB below the window as a whole. */
const PAUSE_RATIO = 0.1;
/** Louder frames that make sound more than a click. */
const SOUND_FRAMES = 5;

/** Root mean square of each 20 ms. */
function frameLevels(samples: Float32Array): Float32Array {
  const levels = new Float32Array(Math.ceil(samples.length / FRAME));
  for (let frame = 0; frame < levels.length; frame += 1) {
    const part = samples.subarray(frame * FRAME, (frame + 1) * FRAME);
    let sum = 0;
    for (const value of part) sum += value * value;
    levels[frame] = Math.sqrt(sum / part.length);
  }
  return levels;
}

/** Whether there is nothing to hear, but for clicks shorter than 0.1 s. */
export function isSilent(samples: Float32Array): boolean {
  let loud = 0;
  for (const level of frameLevels(samples)) if (level > SILENCE) loud += 1;
  return loud < SOUND_FRAMES;
}

/**
 * The middle of the quietest pause, of the last of several alike, as a sample index; undefined when somebody speaks all
 * the time.
 * @param from the first sample where a pause is looked for
 */
export function findPause(samples: Float32Array, from: number): number | undefined {
  const levels = frameLevels(samples);
  const squares = levels.map((level) => level * level);
  const whole = Math.sqrt(squares.reduce((sum, value) => sum + value, 0) / squares.length);
  const allowed = Math.max(SILENCE, whole * PAUSE_RATIO);
  let best: { at: number; level: number } | undefined;
  for (let first = Math.ceil(from / FRAME); first + PAUSE_FRAMES <= levels.length; first += 1) {
    const level = Math.max(...levels.subarray(first, first + PAUSE_FRAMES));
    if (level <= allowed && level <= (best?.level ?? Number.POSITIVE_INFINITY)) best = { at: first, level };
  }
  return best && (best.at + PAUSE_FRAMES / 2) * FRAME;
}
