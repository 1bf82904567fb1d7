import { describe, expect, it } from 'vitest';
import type { Transcriber, Transcript } from '#shared/ports/transcriber.ts';
import { type Stretch, tones } from '#testing/sound/tones.ts';
import type { SoundSource } from './process/sound-source.ts';
import { type SoundWindow, soundPages } from './sound-pages.ts';
import { type SpeechSpan, speechSpans } from './speech-spans.ts';

/** A recording that is there already. */
function sourceOf(samples: Float32Array, declaredSeconds = samples.length / 16_000): SoundSource {
  let at = 0;
  return {
    async read(count) {
      at += count;
      return samples.slice(at - count, at);
    },
    declaredSeconds: () => declaredSeconds,
    warnings: () => [],
    end: async () => undefined,
  };
}

/** Hears one segment for each second of sound that is not silent; keeps what it was shown. */
function secondsListener(answer?: (seconds: number) => Transcript): Transcriber & { shown: number[]; told: unknown[] } {
  const shown: number[] = [];
  const told: unknown[] = [];
  return {
    shown,
    told,
    async transcribe(samples, options) {
      const seconds = samples.length / 16_000;
      shown.push(seconds);
      told.push(options?.language);
      if (answer) return answer(seconds);
      const segments = Array.from({ length: Math.ceil(seconds) }, (_, at) => ({
        startSeconds: at,
        endSeconds: Math.min(seconds, at + 1),
        text: ` word${at}.`,
      }));
      return { segments, language: 'cy' };
    },
  };
}

async function spansOf(stretches: readonly Stretch[], transcriber: Transcriber, language?: string) {
  const spans: SpeechSpan[] = [];
  const source = sourceOf(tones(stretches));
  for await (const span of speechSpans(source, transcriber, { fromSample: 0, language })) spans.push(span);
  return spans;
}

describe('windows of a recording', () => {
  it('end at pauses, cover all of it and repeat nothing', async () => {
    const listener = secondsListener();
    const sentences = [23.4, 21.7, 25].flatMap((seconds) => [
      { seconds, hertz: 300 },
      { seconds: 0.6, hertz: 0 },
    ]);
    const spans = await spansOf(sentences, listener);
    const ends = spans.map(({ endSeconds }) => endSeconds);
    for (const [at, pause] of [23.4, 45.7].entries()) expect((ends[at] ?? 0) - pause).toBeGreaterThan(0.05);
    for (const [at, pause] of [24, 46.3].entries()) expect(pause - (ends[at] ?? 0)).toBeGreaterThan(0.05);
    expect(ends.at(-1)).toBeCloseTo(71.9, 3);
    expect(spans.slice(1).map(({ startSeconds }) => startSeconds)).toEqual(spans.slice(0, -1).map((s) => s.endSeconds));
    const starts = spans.flatMap(({ segments }) => segments.map(({ startSeconds }) => startSeconds));
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  });

  it('leave words at a border that is no pause to the next window', async () => {
    const listener = secondsListener((seconds) => ({
      language: 'en',
      segments: [
        { startSeconds: 0, endSeconds: 12, text: ' first' },
        { startSeconds: 12, endSeconds: 26, text: ' second' },
        { startSeconds: 26, endSeconds: seconds < 30 ? seconds : undefined, text: ' third' },
      ],
    }));
    const spans = await spansOf([{ seconds: 40, hertz: 300 }], listener);
    expect(listener.shown).toEqual([30, 14]);
    expect(spans.map(({ segments }) => segments.map(({ text }) => text.trim()))).toEqual([
      ['first', 'second'],
      ['first', 'second'],
    ]);
    expect(spans.map(({ startSeconds, endSeconds }) => [startSeconds, endSeconds])).toEqual([
      [0, 26],
      [26, 40],
    ]);
    // Whatever a model says, nothing stands outside its span.
    expect(spans[1]?.segments.at(-1)?.endSeconds).toBe(40);
  });

  it('without sound are not shown to the model, and words on silence are not believed', async () => {
    const listener = secondsListener(() => ({
      language: 'en',
      segments: [
        { startSeconds: 0, endSeconds: 4, text: ' heard' },
        { startSeconds: 10, endSeconds: 14, text: ' Thank you for watching.' },
      ],
    }));
    const spans = await spansOf(
      [
        { seconds: 5, hertz: 300 },
        { seconds: 50, hertz: 0 },
      ],
      listener,
    );
    expect(listener.shown).toHaveLength(1);
    expect(spans.flatMap(({ segments }) => segments.map(({ text }) => text))).toEqual([' heard']);
  });

  it('find the language out once, and keep to one that is known', async () => {
    const speech = [
      { seconds: 25, hertz: 300 },
      { seconds: 1, hertz: 0 },
      { seconds: 25, hertz: 300 },
    ];
    const listener = secondsListener();
    expect((await spansOf(speech, listener)).map(({ language }) => language)).toEqual(['cy', 'cy']);
    expect(listener.told).toEqual([undefined, 'cy']);
    const told = secondsListener();
    expect((await spansOf(speech, told, 'de')).at(-1)?.language).toBe('de');
  });
});

describe('pages of a recording', () => {
  const minutes = Array.from({ length: 8 }, () => [
    { seconds: 24, hertz: 300 },
    { seconds: 1, hertz: 0 },
  ]).flat();

  async function pagesOf(samples: Float32Array, firstPage = 1, fromSeconds = 0, hasWords = false) {
    const windows: SoundWindow[] = [];
    const source = sourceOf(samples.subarray(Math.round(fromSeconds * 16_000)), samples.length / 16_000);
    const request = { source, transcriber: secondsListener(), firstPage, fromSeconds, hasWords, language: undefined };
    for await (const window of soundPages(request)) windows.push(window);
    return windows;
  }

  it('are a minute each and can be taken up again after any of them', async () => {
    const samples = tones(minutes);
    const windows = await pagesOf(samples);
    const pages = windows.flatMap((window) => window.pages);
    expect(pages.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(windows.at(-1)?.totalPages).toBe(3);
    expect(windows.slice(0, -1).every(({ totalPages }, at) => totalPages > at + 1)).toBe(true);
    const place = pages[1]?.place;
    if (place?.kind !== 'sound') throw new Error('a page of sound has seconds');
    const again = await pagesOf(samples, 3, place.endSeconds, true);
    expect(again.flatMap((window) => window.pages)).toEqual(pages.slice(2));
    expect(again.at(-1)).toMatchObject({ totalPages: 3, warnings: [] });
  });

  it('place every segment in the text', async () => {
    const [first] = (await pagesOf(tones(minutes))).flatMap((window) => window.pages);
    if (first?.place?.kind !== 'sound') throw new Error('a page of sound has seconds');
    const { segments } = first.place;
    for (const { offset } of segments) expect(first.text.slice(offset)).toMatch(/^word\d+\./);
    expect(segments.map(({ startSeconds }) => startSeconds)).toEqual(
      segments.map(({ startSeconds }) => startSeconds).toSorted((a, b) => a - b),
    );
    expect(segments.at(-1)?.startSeconds).toBeGreaterThan(70);
  });

  it('of silence hold nothing, and that is said', async () => {
    const windows = await pagesOf(tones([{ seconds: 70, hertz: 0 }]));
    expect(windows.flatMap(({ pages }) => pages.map(({ text }) => text)).join('')).toBe('');
    expect(windows.at(-1)?.warnings).toEqual(['No speech was found in the recording.']);
    expect((await pagesOf(new Float32Array(0))).at(-1)).toMatchObject({ pages: [], totalPages: 0 });
  });
});
