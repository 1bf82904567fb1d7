// @ts-check
/** @import { Item } from './types.js' */
import { copyOf, within } from './dom.js';
import { canReprocess, describeProgress, isSettled, isStored } from './file-progress.js';
import { formatBytes, formatCount, formatDate, formatLanguage, formatType } from './format.js';

/** A long scan may have one for each page. */
const WARNINGS_SHOWN = 2;

/**
 * @typedef {object} RowActions
 * @property {(item: Item) => void} open
 * @property {(item: Item) => void} download
 * @property {(item: Item) => void} remove
 * @property {(item: Item) => void} retry
 * @property {(item: Item) => boolean} canRetry whether its sending can begin anew
 */

/**
 * One row of the file list.
 * @param {Item} item
 * @param {RowActions} actions
 * @param {(item: Item) => string | undefined} containerOf the name of the archive or mail that it came out of
 */
export function createFileRow(item, actions, containerOf) {
  const element = copyOf('file-row');
  const name = within(element, '.file-name', HTMLButtonElement);
  const download = within(element, '.file-download', HTMLButtonElement);
  const remove = within(element, '.file-delete', HTMLButtonElement);
  const removeIcon = remove.querySelector('use');
  const facts = within(element, '.file-facts', HTMLElement);
  const words = within(element, '.file-words', HTMLElement);
  const retry = within(element, '.file-retry', HTMLButtonElement);
  const bar = within(element, '.file-bar', HTMLProgressElement);
  const problem = within(element, '.file-problem', HTMLElement);

  name.addEventListener('click', () => actions.open(item));
  download.addEventListener('click', () => actions.download(item));
  remove.addEventListener('click', () => actions.remove(item));
  retry.addEventListener('click', () => actions.retry(item));
  bar.setAttribute('aria-label', `Progress of ${item.name}`);
  retry.setAttribute('aria-label', `Try again: ${item.name}`);

  function update() {
    const { file } = item;
    const progress = describeProgress(item);
    name.textContent = item.name;
    name.title = item.name;
    name.disabled = file?.status !== 'READY' || item.problem !== undefined;
    download.hidden = !file || !isStored(file) || item.problem !== undefined;
    removeIcon?.setAttribute('href', file ? '#icon-delete' : '#icon-close');
    download.setAttribute('aria-label', `Download ${item.name}`);
    remove.setAttribute('aria-label', `${removalOf(item)} ${item.name}`);
    remove.title = removalOf(item);
    facts.textContent = factsOf(item, containerOf(item));
    element.classList.toggle('child', file?.parentId !== undefined);
    element.dataset.tone = progress.tone;
    words.textContent = progress.words;
    bar.hidden = progress.fraction === undefined;
    bar.value = progress.fraction ?? 0;
    retry.hidden = !(file && !item.problem ? canReprocess(file) : item.problem !== undefined && actions.canRetry(item));
    const told = progress.problem ? problemWords(progress.problem) : warningWords(progress.warnings ?? []);
    problem.hidden = told.length === 0;
    problem.replaceChildren(...told);
  }

  update();
  return { element, update };
}

/**
 * @param {{ code: string, message: string }} problem
 * @returns {(string | Node)[]}
 */
function problemWords({ code, message }) {
  const name = document.createElement('code');
  name.textContent = code;
  return [`${message} `, name];
}

/** @param {readonly string[]} warnings */
function warningWords(warnings) {
  const shown = warnings.slice(0, WARNINGS_SHOWN);
  const rest = warnings.length - shown.length;
  return shown.length === 0
    ? []
    : [[...shown, ...(rest > 0 ? [`And ${formatCount(rest, 'more warning')}.`] : [])].join(' ')];
}

/** @param {Item} item */
function removalOf({ file, sent }) {
  if (!file) return 'Remove';
  return sent === undefined || isSettled(file) ? 'Delete' : 'Cancel';
}

/**
 * @param {Item} item
 * @param {string | undefined} container
 */
function factsOf({ name, size, file }, container) {
  const facts = [formatType(file?.contentType ?? '', name), formatBytes(size)];
  if (file?.status === 'READY' && file.contentType === 'application/pdf' && file.progress.pages) {
    facts.push(formatCount(file.progress.pages, 'page'));
  }
  if (file?.status === 'READY' && file.language !== null) facts.push(formatLanguage(file.language));
  if (file) facts.push(formatDate(new Date(file.createdAt), new Date()));
  if (file?.parentId !== undefined) facts.unshift(`in ${container ?? 'an archive or email'}`);
  return facts.join(' · ');
}
