import { readFile } from 'node:fs/promises';
import type { Format, OpenDocument } from '#shared/formats/format.ts';
import { createPageStore } from '#shared/formats/page-store.ts';
import { joinSegments } from '#shared/formats/sound/join-segments.ts';
import { cleanText } from '#shared/formats/text/clean-text.ts';
import { decodeText } from '#shared/formats/text/decode-text.ts';
import { openText } from '#shared/formats/text/split-text.ts';

/** As of recordings: page n ends with the first line that reaches n minutes. */
const PAGE_SECONDS = 60;
/** Lines that all lie at one moment are parted all the same. */
const MOST_CUES = 500;

/** Subtitles, as SubRip and as browsers have them: what is said, and when. */
export const SUBTITLES: readonly Format[] = [
  { id: 'srt', contentTypes: ['application/x-subrip'], extensions: ['srt'], family: 'text', paged: false, open },
  { id: 'vtt', contentTypes: ['text/vtt'], extensions: ['vtt'], family: 'text', paged: false, open },
];

async function open(path: string): Promise<OpenDocument> {
  const { readCues } = await import('./read-cues.ts');
  const source = cleanText(decodeText(await readFile(path)));
  const cues = readCues(source);
  if (cues.length === 0) {
    return openText(source, [], ['No times were found in the subtitles, so they were read as plain text.']);
  }
  const pages = createPageStore();
  let first = 0;
  cues.forEach((cue, index) => {
    const isFull = index - first + 1 >= MOST_CUES || cue.endSeconds >= (pages.count + 1) * PAGE_SECONDS;
    if (!isFull && index < cues.length - 1) return;
    const own = cues.slice(first, index + 1);
    const { text, segments } = joinSegments(own);
    const startSeconds = own[0]?.startSeconds ?? 0;
    pages.add({ text, headings: [], place: { kind: 'sound', startSeconds, endSeconds: cue.endSeconds, segments } });
    first = index + 1;
  });
  return {
    pageCount: pages.count,
    warnings: [],
    page: async (number) => pages.page(number),
    close: async () => undefined,
  };
}
