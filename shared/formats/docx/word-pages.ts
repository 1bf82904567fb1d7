import type { ExtractedPage, Heading } from '../format.ts';
import { MAX_PAGE_CHARS, pageStarts } from '../text/split-text.ts';
import { createTextBuilder } from '../text/text-builder.ts';
import type { PictureBlock } from './block.ts';
import type { WordBlock } from './read-word.ts';

/** A page of text, or a picture whose words are read when it is asked for. */
export type WordPage = Omit<ExtractedPage, 'number'> | { embedded: PictureBlock; charOffset: number };

/**
 * Puts a document's blocks into pages of bounded size. A picture is a page of its own, at its place: its words take
 * seconds to be read. Offsets count the text that the file itself tells.
 */
export function toWordPages(blocks: readonly WordBlock[]): WordPage[] {
  const hasTitle = blocks.some((block) => block.kind === 'heading' && block.isTitle);
  const pages: WordPage[] = [];
  let builder = createTextBuilder();
  let before: WordBlock['kind'] | undefined;
  let charOffset = 0;

  function endText(): void {
    const { text, headings } = builder.build();
    builder = createTextBuilder();
    before = undefined;
    if (text === '') return;
    for (const page of split(text, headings)) pages.push({ ...page, charOffset: charOffset + page.charOffset });
    charOffset += text.length;
  }

  for (const block of blocks) {
    switch (block.kind) {
      case 'heading':
        // Where a document has a title, its headings stand below it.
        builder.heading(block.level + (hasTitle && !block.isTitle ? 1 : 0), block.text);
        break;
      case 'paragraph':
        builder.paragraph(block.text);
        break;
      case 'item':
        if (before === 'item') builder.line(block.text);
        else builder.paragraph(block.text);
        break;
      case 'row':
        if (block.first) builder.paragraph(block.text);
        else builder.line(block.text);
        break;
      case 'picture':
        endText();
        pages.push({ embedded: block, charOffset });
        break;
    }
    before = block.kind;
  }
  endText();
  if (pages.length === 0) pages.push({ text: '', headings: [], charOffset: 0 });
  return pages;
}

function split(text: string, headings: readonly Heading[]): Omit<ExtractedPage, 'number'>[] {
  const starts = pageStarts(text, MAX_PAGE_CHARS);
  return starts.map((start, index) => {
    const end = starts[index + 1] ?? text.length;
    return {
      text: text.slice(start, end),
      headings: headings
        .filter(({ offset }) => offset >= start && offset < end)
        .map((heading) => ({ ...heading, offset: heading.offset - start })),
      charOffset: start,
    };
  });
}
