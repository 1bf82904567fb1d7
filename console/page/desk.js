// @ts-check
/** @import { Api } from './api.js' */
/** @import { Place } from './places.js' */
/** @import { Item } from './types.js' */
import { ApiProblem, toProblem } from './api.js';
import { hideBanner, showBanner } from './banners.js';
import { announce, byId, inBackground } from './dom.js';
import { showDrive } from './drive-panel.js';
import { createDropZone } from './drop-zone.js';
import { createFileList } from './file-list.js';
import { followHistory, here } from './places.js';
import { ask } from './question.js';
import { createReader } from './reader.js';
import { createSearch } from './search.js';
import { createUploads } from './uploads.js';
import { watchFiles } from './watch-files.js';

/**
 * What a signed-in person works with: the search, the files, and the reader.
 * @param {Api} api
 */
export function showDesk(api) {
  /** @param {Promise<unknown>} work whose failure the person should hear of */
  const tell = (work) => inBackground(work.then(() => hideBanner('action'), showProblem));

  const reader = createReader(api, (fileId) => tell(download(api, fileId)));
  const list = createFileList(
    api,
    {
      open: ({ file }) => file && inBackground(reader.openFile(file)),
      download: ({ file }) => file && tell(download(api, file.id)),
      remove: (item) => tell(remove(item)),
      retry: (item) => tell(retry(item)),
      canRetry: (item) => uploads.canRetry(item),
    },
    () => search.explain(),
  );
  const search = createSearch(
    api,
    (result) => inBackground(reader.openResult(result)),
    () => ({ empty: list.isEmpty(), underWay: list.unsettled().length, containerOf: list.containerOf }),
  );
  const watch = watchFiles(api, list);
  const uploads = createUploads(api, list, () => watch.wake());
  createDropZone((files) => uploads.add(files));
  const drive = showDrive(api, tell, () => list.refresh());

  /** @param {Item} item */
  async function remove(item) {
    if (!item.file || item.sent !== undefined) return uploads.cancel(item);
    const sure = await ask(
      `Delete “${item.name}”?`,
      'The file and its stored copy are deleted and no longer appear in search. This cannot be undone.',
      'Delete',
    );
    if (!sure) return;
    try {
      await api.request('DELETE', `/files/${item.file.id}`);
    } catch (error) {
      // Deleted in another tab: what was wanted is so.
      if (!(error instanceof ApiProblem) || error.code !== 'NOT_FOUND') throw error;
    }
    for (const gone of [item, ...list.childrenOf(item.file.id)]) {
      list.remove(gone);
      if (gone.file) search.forget(gone.file.id);
    }
    announce(`${item.name} was deleted`);
    if (item.file.source === 'drive') await drive.look();
  }

  /** @param {Item} item */
  async function retry(item) {
    if (item.problem) return uploads.retry(item);
    if (!item.file) return;
    const { file } = await api.request('POST', `/files/${item.file.id}/reprocess`);
    list.update(file);
    watch.wake();
  }

  byId('more-files', HTMLButtonElement).addEventListener('click', () => tell(list.loadOlder()));
  addEventListener('beforeunload', (event) => {
    if (uploads.isSending() && api.user()) event.preventDefault();
  });
  addEventListener('keydown', (event) => {
    const typing = event.target instanceof HTMLInputElement;
    if (event.key !== '/' || typing || document.querySelector('dialog[open]')) return;
    event.preventDefault();
    search.focus();
  });
  byId('user-name', HTMLElement).textContent = api.user()?.username ?? '';
  byId('who', HTMLElement).hidden = false;
  byId('desk', HTMLElement).hidden = false;
  search.explain();
  search.focus();
  /** @param {Place} place */
  const show = (place) => {
    search.follow(place.search);
    reader.follow(place.reading);
  };
  followHistory(show);
  show(here());
  tell(list.refresh());
}

/**
 * The browser itself fetches the bytes, so that files of any size can be saved.
 * @param {Api} api
 * @param {string} fileId
 */
async function download(api, fileId) {
  const { url } = await api.request('GET', `/files/${fileId}/content`);
  location.assign(url);
}

/** @param {unknown} error */
function showProblem(error) {
  showBanner('action', toProblem(error).message, { tone: 'danger' });
}
