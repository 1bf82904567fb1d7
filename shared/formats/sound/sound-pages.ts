import type { PagePlace } from '#shared/domain/page-place.ts';
import { SPEECH_SAMPLE_RATE, type Transcriber } from '#shared/ports/transcriber.ts';
import type { ExtractedPage } from '../format.ts';
import type { PageWindow } from '../sandbox/messages.ts';
import { joinSegments } from './join-segments.ts';
import type { SoundSource } from './process/sound-source.ts';
import { type SpeechSpan, speechSpans } from './speech-spans.ts';

/** Page n ends with the first window that reaches n minutes. */
const PAGE_SECONDS = 60;
/** A page of a recording, as soon as it is complete, and what is known of the whole by then. */
export interface SoundWindow extends PageWindow {
  language: string | undefined;
}

export interface SoundPagesRequest {
  source: SoundSource;
  transcriber: Transcriber;
  /** 1-based; where an interrupted transcription goes on. */
  firstPage: number;
  /** Where that page begins: the end of the one before it. */
  fromSeconds: number;
  /** Whether the pages before it hold words. */
  hasWords: boolean;
  language: string | undefined;
  signal?: AbortSignal | undefined;
}

/** The first sample of a page that begins at a place which {@link soundPages} gave as the end of another. */
export function sampleAt(seconds: number): number {
  return Math.round(seconds * SPEECH_SAMPLE_RATE);
}

/**
 * A recording as pages of text, about a minute each, one a window. The number of pages in all follows the announced
 * length until the end is reached; the last window tells the real one, and may have no page.
 * @throws what decoding and transcribing throw
 */
export async function* soundPages(request: SoundPagesRequest): AsyncGenerator<SoundWindow, void, undefined> {
  const { source, transcriber, signal } = request;
  let number = request.firstPage;
  let { hasWords, language } = request;
  let spans: SpeechSpan[] = [];
  const options = { fromSample: sampleAt(request.fromSeconds), language, signal };
  for await (const span of speechSpans(source, transcriber, options)) {
    spans.push(span);
    language = span.language;
    hasWords ||= span.segments.length > 0;
    if (span.endSeconds < number * PAGE_SECONDS) continue;
    const announced = Math.ceil((source.declaredSeconds() ?? 0) / PAGE_SECONDS);
    // One more than there is, at least: whether this was the last is known only when nothing follows.
    yield { pages: [toPage(number, spans)], totalPages: Math.max(announced, number + 1), warnings: [], language };
    spans = [];
    number += 1;
  }
  const pages = spans.length > 0 ? [toPage(number, spans)] : [];
  const warnings = [...source.warnings(), ...(hasWords ? [] : ['No speech was found in the recording.'])];
  yield { pages, totalPages: number - 1 + pages.length, warnings, language };
}

function toPage(number: number, spans: readonly SpeechSpan[]): ExtractedPage {
  const { text, segments } = joinSegments(spans.flatMap((span) => span.segments));
  const place: PagePlace = {
    kind: 'sound',
    startSeconds: spans[0]?.startSeconds ?? 0,
    endSeconds: spans.at(-1)?.endSeconds ?? 0,
    segments,
  };
  return { number, text, headings: [], charOffset: 0, place };
}
