// @ts-check
/** @import { SearchResult } from './types.js' */
import { copyOf, within } from './dom.js';
import { formatPlace } from './format.js';
import { markedPieces, snippet, unwrapLines } from './highlight.js';

const SNIPPET_LENGTH = 420;

/**
 * @param {SearchResult} result
 * @param {(result: SearchResult) => void} open
 * @returns {HTMLLIElement}
 */
export function createResultCard(result, open) {
  const element = copyOf('result-card');
  element.dataset.fileId = result.fileId;
  const name = within(element, '.result-name', HTMLButtonElement);
  name.textContent = result.filename;
  within(element, '.result-place', HTMLElement).textContent = formatPlace(result.location);
  const path = within(element, '.result-path', HTMLElement);
  path.textContent = result.headingPath.join(' › ');
  path.hidden = result.headingPath.length === 0;
  within(element, '.result-text', HTMLElement).append(...snippetNodes(result));
  within(element, '.result-ranks', HTMLElement).textContent = ranks(result);
  element.addEventListener('click', () => {
    // Somebody who selects text to copy it does not want to go elsewhere.
    if (getSelection()?.isCollapsed ?? true) open(result);
  });
  return element;
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
  if (legs.sparse) parts.push(`by words no. ${legs.sparse.rank}`);
  return [...parts, `score ${score.toPrecision(3)}`].join(' · ');
}
