// @ts-check
/** @import { Api } from './api.js' */
/** @import { DriveFoldersView } from './types.js' */
import { byId, copyOf, inBackground, within } from './dom.js';
import { formatCount } from './format.js';
import { openQuestion } from './places.js';

const TYPING_MS = 250;

/**
 * Lets the person choose the folders that are kept in sync.
 * @param {Api} api
 * @param {readonly string[]} before ids of those chosen now
 * @returns {Promise<string[] | undefined>} ids, none for everything; undefined when the person left it as it is
 */
export async function chooseFolders(api, before) {
  const dialog = byId('folders', HTMLDialogElement);
  const filter = byId('folders-filter', HTMLInputElement);
  const chosen = new Set(before);

  function showChoice() {
    const count = chosen.size;
    byId('folders-yes', HTMLButtonElement).textContent =
      count === 0 ? 'Sync everything' : `Sync ${formatCount(count, 'folder')}`;
  }

  /** @param {DriveFoldersView} folders */
  function showFolders({ items, total }) {
    const rows = items.map(({ id, path }) => {
      const row = copyOf('folder-row');
      const box = within(row, 'input', HTMLInputElement);
      box.checked = chosen.has(id);
      box.addEventListener('change', () => {
        if (box.checked) chosen.add(id);
        else chosen.delete(id);
        showChoice();
      });
      within(row, '.folder-name', HTMLElement).textContent = path.at(-1) ?? '';
      within(row, '.folder-path', HTMLElement).textContent =
        path.length > 1 ? `in ${path.slice(0, -1).join(' / ')}` : '';
      return row;
    });
    byId('folder-list', HTMLUListElement).replaceChildren(...rows);
    const rest = total - items.length;
    const none = filter.value === '' ? 'Your Google Drive has no folders yet.' : 'No folder name contains this text.';
    byId('folders-note', HTMLElement).textContent =
      total === 0 ? none : rest > 0 ? `${formatCount(rest, 'more folder')}. Type part of a name to find them.` : '';
  }

  let asked = 0;
  async function load() {
    const mine = ++asked;
    const folders = await api.request('GET', `/drive/folders?q=${encodeURIComponent(filter.value.trim())}`);
    if (mine === asked) showFolders(folders);
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const onInput = () => {
    clearTimeout(timer);
    timer = setTimeout(() => inBackground(load()), TYPING_MS);
  };
  filter.value = '';
  await load();
  showChoice();
  filter.addEventListener('input', onInput);
  const answer = await openQuestion(dialog);
  filter.removeEventListener('input', onInput);
  return answer === 'yes' ? [...chosen] : undefined;
}
