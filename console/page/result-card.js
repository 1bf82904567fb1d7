// @ts-check
/** @import { Api } from './api.js' */
/** @import { SearchResult } from './types.js' */
import { copyOf, inBackground, within } from './dom.js';
import { formatPlace } from './format.js';
import { cutOut, markedPieces, unwrapLines, withoutHeadingSigns } from './highlight.js';
import { showPagePicture } from './page-picture.js';

/**
 * @param {SearchResult} result
 * @param {string | undefined} container the archive or mail that the file came out of
 * @param {(result: SearchResult) => void} open
 * @param {Api['blob']} fetchPicture
 * @returns {HTMLLIElement}
 */
export function createResultCard(result, container, open, fetchPicture) {
  const element = copyOf('result-card');
  element.dataset.fileId = result.fileId;
  const name = within(element, '.result-name', HTMLButtonElement);
  name.textContent = result.filename;
  within(element, '.result-place', HTMLElement).textContent = [
    container && `in ${container}`,
    formatPlace(result.location),
  ]
    .filter(Boolean)
    .join(' · ');
  const path = within(element, '.result-path', HTMLElement);
  path.textContent = result.headingPath.join(' › ');
  path.hidden = result.headingPath.length === 0;
  const text = within(element, '.result-text', HTMLElement);
  // Screen readers pronounce by it, and browsers choose among the forms that Chinese and Japanese letters have.
  text.lang = result.language ?? '';
  text.append(...snippetNodes(result));
  text.hidden = result.text === '';
  if (result.preview !== undefined) {
    const figure = within(element, '.page-picture', HTMLElement);
    const page = { address: result.preview, alt: `A small copy of ${result.filename}`, location: result.location };
    inBackground(showPagePicture(figure, page, fetchPicture));
  }
  // What was found by what it shows is seen in full; beside a text, a picture tells where the text stands.
  const isBeside = result.preview !== undefined && !result.legs.image && result.text !== '';
  within(element, 'article', HTMLElement).classList.toggle('beside', isBeside);
  within(element, '.result-ranks', HTMLElement).textContent = ranks(result);
  element.addEventListener('click', () => {
    // Somebody who selects text to copy it does not want to go elsewhere.
    if (getSelection()?.isCollapsed ?? true) open(result);
  });
  return element;
}

/** @param {SearchResult} result */
function snippetNodes({ text, highlights, snippet }) {
  const part = cutOut(unwrapLines(text), snippet, highlights);
  const pieces = withoutHeadingSigns(markedPieces(part.text, part.spans));
  return [part.before ? '… ' : '', ...piecesToNodes(pieces), part.after ? ' …' : ''];
}

/**
 * @param {string} text
 * @param {readonly { start: number, end: number }[]} spans
 */
export function markedNodes(text, spans) {
  return piecesToNodes(markedPieces(text, spans));
}

/**
 * @param {readonly { text: string, marked: boolean }[]} pieces
 * @returns {(string | HTMLElement)[]}
 */
function piecesToNodes(pieces) {
  return pieces.map((piece) => {
    if (!piece.marked) return piece.text;
    const mark = document.createElement('mark');
    mark.textContent = piece.text;
    return mark;
  });
}

/** @param {SearchResult} result */
function ranks({ legs, score }) {
  const parts = [];
  if (legs.dense) parts.push(`meaning #${legs.dense.rank}`);
  const words = legs.bm25 ?? legs.sparse;
  if (words) parts.push(`words #${words.rank}`);
  if (legs.image) parts.push(`picture #${legs.image.rank}`);
  if (legs.rerank) parts.push(`reranked #${legs.rerank.rank}`);
  return [...parts, `score ${score.toPrecision(3)}`].join(' · ');
}
