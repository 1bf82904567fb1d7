import type { Segment } from '../ocr/open-with-pictures.ts';
import { createTextBuilder } from '../text/text-builder.ts';
import type { WordBlock } from './read-word.ts';

/** Puts a document's blocks together: stretches of text, and the pictures between them. */
export function toSegments(blocks: readonly WordBlock[]): Segment[] {
  const hasTitle = blocks.some((block) => block.kind === 'heading' && block.isTitle);
  const segments: Segment[] = [];
  let builder = createTextBuilder();
  let before: WordBlock['kind'] | undefined;
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
        segments.push(builder.build(), { picture: block });
        builder = createTextBuilder();
        break;
    }
    before = block.kind;
  }
  segments.push(builder.build());
  return segments;
}
