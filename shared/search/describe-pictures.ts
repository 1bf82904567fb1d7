import type { SearchResult } from '#shared/api/search.ts';
import type { Trx } from '#shared/db/database.ts';
import { findPagePictures } from '#shared/db/pictures-repository.ts';
import { previewAddress } from '#shared/files/preview-address.ts';
import { snippetOf } from './snippet.ts';

/** Of the words that are read on a picture, as many as a long passage has. */
const MOST_CHARACTERS = 2_000;

/** Adds to results on pages that are pictures where to see them, and to the pictures themselves the words on them. */
export async function describePictures(
  trx: Trx,
  userId: string,
  results: readonly SearchResult[],
  highlight: (text: string) => SearchResult['highlights'],
): Promise<SearchResult[]> {
  if (results.length === 0) return [];
  const pages = results.map(({ fileId, textPage }) => ({ fileId, page: textPage }));
  const pictures = await findPagePictures(trx, userId, pages, MOST_CHARACTERS);
  const texts = new Map(pictures.map(({ fileId, page, text }) => [`${fileId} ${page}`, text]));
  return results.map((result) => {
    const words = texts.get(`${result.fileId} ${result.textPage}`);
    if (words === undefined) return result;
    const preview = previewAddress(result.fileId, result.textPage);
    // A passage has a text of its own.
    if (result.text !== '') return { ...result, preview };
    const highlights = highlight(words);
    return { ...result, preview, text: words, highlights, snippet: snippetOf(words, highlights) };
  });
}
