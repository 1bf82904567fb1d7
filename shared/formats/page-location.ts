import type { Location } from '#shared/domain/location.ts';
import { type PagePlace, placeSpan } from '#shared/domain/page-place.ts';
import { isPaged } from './registry.ts';

/** Where a page of text stands: what its place says, its number in formats with real pages, else its span in the whole text. */
export function pageLocation(
  contentType: string,
  page: { number: number; text: string; char_offset: number; place: PagePlace | null },
): Location {
  const placed = page.place?.kind === 'picture' || page.place?.kind === 'page' ? undefined : page.place;
  const location = placed ? placeSpan(placed, page.number, 0, page.text.length) : undefined;
  if (location) return location;
  return isPaged(contentType)
    ? { page: page.number }
    : { charStart: page.char_offset, charEnd: page.char_offset + page.text.length };
}

/** Where a passage stands, as its chunk keeps it. */
export function passageLocation(
  contentType: string,
  passage: { page: number; charStart: number; charEnd: number; location: Location | null },
): Location {
  if (passage.location) return passage.location;
  return isPaged(contentType) ? { page: passage.page } : { charStart: passage.charStart, charEnd: passage.charEnd };
}
