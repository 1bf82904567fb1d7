// @ts-check
/** @import { TextPage } from './types.js' */

/**
 * Finds the page of an unpaged document that holds a character, with as few requests as halving needs.
 * @param {number} pages how many there are
 * @param {number} charStart offset in the whole text
 * @param {(number: number) => Promise<TextPage>} fetchPage
 * @returns {Promise<TextPage>} the last page that begins at or before the character
 */
export async function findPage(pages, charStart, fetchPage) {
  let found = await fetchPage(1);
  let low = 2;
  let high = pages;
  while (low <= high) {
    if ((found.location.charEnd ?? 0) > charStart) break;
    const middle = Math.floor((low + high) / 2);
    const page = await fetchPage(middle);
    if ((page.location.charStart ?? 0) <= charStart) {
      found = page;
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
  return found;
}
