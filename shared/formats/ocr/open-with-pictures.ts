import type { ExtractedPage, Heading, OpenDocument, ReaderTools } from '../format.ts';
import { openText } from '../text/split-text.ts';
import { createPictureReader, type EmbeddedPicture } from './embedded-pictures.ts';

/** A stretch of a document: text, or a picture that stands between two. */
export type Segment = { text: string; headings: readonly Heading[] } | { picture: EmbeddedPicture };

type Page = { page: ExtractedPage } | { picture: EmbeddedPicture; charOffset: number };

/** What goes with the text of a document. */
export interface DocumentOfPictures {
  tools: Pick<ReaderTools, 'ocr' | 'pictureTimeoutMs'>;
  warnings: string[];
  /** Adds a warning. */
  warn(sentence: string): void;
  close(): void;
}

/**
 * Presents a text with pictures as pages. A picture that may show words is a page of its own, once, at its first place:
 * its words are read when it is asked for, which takes seconds. Offsets count the text that the file itself tells.
 * @throws AppError as Parts.bytes
 */
export async function openWithPictures(
  segments: readonly Segment[],
  { tools, warnings, warn, close }: DocumentOfPictures,
): Promise<OpenDocument> {
  const pictures = createPictureReader(tools, warn);
  const pages: Page[] = [];
  const seen = new Map<EmbeddedPicture['parts'], Set<string>>();
  let waiting: { text: string; headings: Heading[] } = { text: '', headings: [] };
  let charOffset = 0;
  let hasText = false;

  async function endText(): Promise<void> {
    const { text, headings } = waiting;
    waiting = { text: '', headings: [] };
    if (text === '') return;
    const split = openText(text, headings);
    for (let number = 1; number <= split.pageCount; number++) {
      const page = await split.page(number);
      pages.push({ page: { ...page, charOffset: charOffset + page.charOffset } });
    }
    charOffset += text.length;
    hasText = true;
  }
  function isNew({ parts, part }: EmbeddedPicture): boolean {
    const known = seen.get(parts) ?? new Set();
    seen.set(parts, known);
    return known.size < known.add(part).size;
  }
  async function readPage(picture: EmbeddedPicture): Promise<string> {
    const before = warnings.length;
    const text = await pictures.read(picture);
    // Beside a text, a picture without words is a picture.
    if (text === '' && !hasText && warnings.length === before) warn('No text was found in a picture in the document.');
    return text;
  }

  for (const segment of segments) {
    if ('picture' in segment) {
      if (!isNew(segment.picture) || !(await pictures.mayShowText(segment.picture))) continue;
      await endText();
      pages.push({ picture: segment.picture, charOffset });
    } else if (segment.text !== '') {
      const gap = waiting.text === '' ? '' : '\n\n';
      const from = waiting.text.length + gap.length;
      for (const heading of segment.headings) waiting.headings.push({ ...heading, offset: heading.offset + from });
      waiting.text += gap + segment.text;
    }
  }
  await endText();
  if (pages.length === 0) pages.push({ page: { number: 1, text: '', headings: [], charOffset: 0 } });
  return {
    pageCount: pages.length,
    warnings,
    async page(number) {
      const page = pages[number - 1];
      if (page === undefined) throw new RangeError(`Page ${number} of ${pages.length} was requested.`);
      if ('page' in page) return { ...page.page, number };
      return { number, text: await readPage(page.picture), headings: [], charOffset: page.charOffset };
    },
    async close() {
      close();
      await tools.ocr?.close();
    },
  };
}
