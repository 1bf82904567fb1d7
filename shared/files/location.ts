import { isPaged } from '#shared/pipeline/extract/registry.ts';

/** Where a page of text stands: its number in formats with real pages, else its span in the whole text. */
export function pageLocation(
  contentType: string,
  page: { number: number; text: string; char_offset: number },
): Record<string, number> {
  return isPaged(contentType)
    ? { page: page.number }
    : { charStart: page.char_offset, charEnd: page.char_offset + page.text.length };
}

/** Where a passage stands: its page in formats with real pages, else its span in the whole text, as its chunk keeps it. */
export function passageLocation(
  contentType: string,
  passage: { page: number; charStart: number; charEnd: number },
): { page: number } | { charStart: number; charEnd: number } {
  return isPaged(contentType) ? { page: passage.page } : { charStart: passage.charStart, charEnd: passage.charEnd };
}
