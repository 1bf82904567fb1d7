import {
  MAX_SPEECH_SECONDS,
  SPEECH_SAMPLE_RATE,
  type SpeechSegment,
  type Transcriber,
  type Transcript,
} from '#shared/ports/transcriber.ts';
import { findPause, isSilent } from './loudness.ts';
import type { SoundSource } from './process/sound-source.ts';

const WINDOW = MAX_SPEECH_SECONDS * SPEECH_SAMPLE_RATE;
/** A pause is looked for from here on: earlier cuts would waste the model, which always computes 30 s. */
const EARLIEST_CUT = 20 * SPEECH_SAMPLE_RATE;
/** A window that keeps less than this would make the whole too slow. */
const LEAST_COVERED = 5 * SPEECH_SAMPLE_RATE;
/** Words that end this close to an arbitrary cut may be cut off themselves. */
const BORDER_SECONDS = 0.5;
/** Less than a tenth of a second is no word. */
const SHORTEST = SPEECH_SAMPLE_RATE / 10;

/** Words with their place in the recording. */
export interface Segment {
  startSeconds: number;
  endSeconds: number;
  text: string;
}

/** A stretch of the recording that is done with; the next one begins where it ends. */
export interface SpeechSpan {
  startSeconds: number;
  endSeconds: number;
  segments: Segment[];
  language: string | undefined;
}

export interface SpeechOptions {
  /** The first sample that the source gives. */
  fromSample: number;
  /** As found out before; undefined asks the transcriber. */
  language: string | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Transcribes a recording in windows of at most 30 s that neither repeat nor cut words. A window ends in the last third
 * at the quietest pause. Where nobody pauses it takes the 30 s, and words that reach its end are left to the next
 * window, which begins with them. Holds one window in memory. Windows without sound are not shown to the model, which
 * would make up words for them; words that it places on silence are dropped for the same reason.
 * @throws what the source and the transcriber throw
 */
export async function* speechSpans(
  source: Pick<SoundSource, 'read'>,
  transcriber: Transcriber,
  options: SpeechOptions,
): AsyncGenerator<SpeechSpan, void, undefined> {
  const buffer = new Float32Array(WINDOW);
  let filled = 0;
  let first = options.fromSample;
  let language = options.language;
  let isEnd = false;
  for (;;) {
    if (!isEnd) {
      const more = await source.read(WINDOW - filled);
      isEnd = more.length < WINDOW - filled;
      buffer.set(more, filled);
      filled += more.length;
    }
    if (filled === 0) return;
    const cut = isEnd ? filled : findPause(buffer, EARLIEST_CUT);
    const window = buffer.slice(0, cut ?? filled);
    const said = await transcribe(window, transcriber, { language, signal: options.signal });
    language ??= said.language;
    let covered = window.length;
    let { segments } = said;
    const last = segments.at(-1);
    const lastFrom = Math.floor((last?.startSeconds ?? 0) * SPEECH_SAMPLE_RATE);
    if (cut === undefined && last && lastFrom >= LEAST_COVERED && reachesEnd(last, window)) {
      segments = segments.slice(0, -1);
      covered = lastFrom;
    }
    const startSeconds = first / SPEECH_SAMPLE_RATE;
    first += covered;
    const endSeconds = first / SPEECH_SAMPLE_RATE;
    yield { startSeconds, endSeconds, segments: place(segments, startSeconds, endSeconds), language };
    buffer.copyWithin(0, covered, filled);
    filled -= covered;
  }
}

async function transcribe(
  window: Float32Array,
  transcriber: Transcriber,
  options: { language: string | undefined; signal: AbortSignal | undefined },
): Promise<Transcript> {
  if (window.length < SHORTEST || isSilent(window)) return { segments: [], language: undefined };
  const { segments, language } = await transcriber.transcribe(window, options);
  const heard = segments.filter(({ startSeconds, endSeconds, text }) => {
    const to = endSeconds === undefined ? window.length : Math.ceil(endSeconds * SPEECH_SAMPLE_RATE);
    return text.trim() !== '' && !isSilent(window.subarray(Math.floor(startSeconds * SPEECH_SAMPLE_RATE), to));
  });
  // A language that was guessed from a window without words may be any.
  return { segments: heard, language: heard.length > 0 ? language : undefined };
}

function reachesEnd({ endSeconds }: SpeechSegment, window: Float32Array): boolean {
  return endSeconds === undefined || endSeconds > window.length / SPEECH_SAMPLE_RATE - BORDER_SECONDS;
}

/** Models round to 20 ms and may say times beyond the end: all are brought into the span, in order. */
function place(segments: readonly SpeechSegment[], from: number, to: number): Segment[] {
  let earliest = from;
  return segments.map(({ startSeconds, endSeconds, text }) => {
    const start = Math.min(to, Math.max(earliest, from + startSeconds));
    const end = Math.min(to, Math.max(start, endSeconds === undefined ? to : from + endSeconds));
    earliest = start;
    return { startSeconds: toHundredths(start), endSeconds: toHundredths(end), text };
  });
}

const toHundredths = (seconds: number): number => Math.round(seconds * 100) / 100;
