// @ts-check
/** @import { Api } from './api.js' */
/** @import { SearchResult } from './types.js' */
import { toProblem } from './api.js';
import { copyOf, inBackground, within } from './dom.js';
import { formatPlace } from './format.js';
import { markedPieces, snippet, unwrapLines } from './highlight.js';

const SNIPPET_LENGTH = 420;

/**
 * @param {SearchResult} result
 * @param {(result: SearchResult) => void} open
 * @param {Api['blob']} fetchPicture
 * @returns {HTMLLIElement}
 */
export function createResultCard(result, open, fetchPicture) {
  const element = copyOf('result-card');
  element.dataset.fileId = result.fileId;
  const name = within(element, '.result-name', HTMLButtonElement);
  name.textContent = result.filename;
  within(element, '.result-place', HTMLElement).textContent = formatPlace(result.location);
  const path = within(element, '.result-path', HTMLElement);
  path.textContent = result.headingPath.join(' › ');
  path.hidden = result.headingPath.length === 0;
  const text = within(element, '.result-text', HTMLElement);
  // Screen readers pronounce by it, and browsers choose among the forms that Chinese and Japanese letters have.
  text.lang = result.language ?? '';
  text.append(...snippetNodes(result));
  text.hidden = result.text === '';
  if (result.preview !== undefined) inBackground(showPicture(element, result.filename, fetchPicture(result.preview)));
  within(element, '.result-ranks', HTMLElement).textContent = ranks(result);
  element.addEventListener('click', () => {
    // Somebody who selects text to copy it does not want to go elsewhere.
    if (getSelection()?.isCollapsed ?? true) open(result);
  });
  return element;
}

/**
 * Shows what a page looks like once it is there; a card without its picture is still a card.
 * @param {HTMLLIElement} element
 * @param {string} filename
 * @param {Promise<Blob>} fetching
 */
async function showPicture(element, filename, fetching) {
  const picture = within(element, '.result-picture', HTMLImageElement);
  try {
    const address = URL.createObjectURL(await fetching);
    const forget = () => URL.revokeObjectURL(address);
    picture.addEventListener('load', forget, { once: true });
    picture.addEventListener('error', forget, { once: true });
    picture.alt = `A small copy of ${filename}`;
    picture.src = address;
    picture.hidden = false;
  } catch (error) {
    toProblem(error);
  }
}

/** @param {SearchResult} result */
function snippetNodes({ text, highlights }) {
  const part = snippet(unwrapLines(text), highlights, SNIPPET_LENGTH);
  return [part.before ? '… ' : '', ...markedNodes(part.text, part.spans), part.after ? ' …' : ''];
}

/**
 * @param {string} text
 * @param {readonly { start: number, end: number }[]} spans
 * @returns {(string | HTMLElement)[]}
 */
export function markedNodes(text, spans) {
  return markedPieces(text, spans).map((piece) => {
    if (!piece.marked) return piece.text;
    const mark = document.createElement('mark');
    mark.textContent = piece.text;
    return mark;
  });
}

/** @param {SearchResult} result */
function ranks({ legs, score }) {
  const parts = [];
  if (legs.dense) parts.push(`by meaning no. ${legs.dense.rank}`);
  const words = legs.bm25 ?? legs.sparse;
  if (words) parts.push(`by words no. ${words.rank}`);
  if (legs.image) parts.push(`by picture no. ${legs.image.rank}`);
  if (legs.rerank) parts.push(`read once more no. ${legs.rerank.rank}`);
  return [...parts, `score ${score.toPrecision(3)}`].join(' · ');
}
