// @ts-check
/** @import { Api } from './api.js' */
/** @import { FileList } from './file-list.js' */
/** @import { FileView } from './types.js' */
import { ApiProblem } from './api.js';
import { hideBanner, showBanner } from './banners.js';
import { announce, inBackground } from './dom.js';
import { isSettled } from './file-progress.js';

const FILES_A_ROUND = 6;
const QUICK_MS = 700;
const SLOW_MS = 3_000;
/** Files may come from elsewhere: a bucket, another tab. */
const LIST_MS = 15_000;

/**
 * Asks the server about files that are under way until each is READY or FAILED.
 * @param {Api} api
 * @param {FileList} list
 */
export function watchFiles(api, list) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let running = false;
  let pauseMs = QUICK_MS;
  let turn = 0;
  let listedAt = Date.now();

  async function round() {
    if (!api.user()) return;
    const waiting = list.unsettled();
    const asked = waiting.length <= FILES_A_ROUND ? waiting : rotate(waiting, turn).slice(0, FILES_A_ROUND);
    turn += asked.length;
    const changed = await Promise.all(asked.map((file) => look(file)));
    if (Date.now() - listedAt > LIST_MS && !document.hidden) {
      listedAt = Date.now();
      await list.refresh();
    }
    hideBanner('offline');
    pauseMs = changed.includes(true) ? QUICK_MS : Math.min(SLOW_MS, pauseMs * 1.3);
  }

  /**
   * @param {FileView} before
   * @returns {Promise<boolean>} whether anything changed
   */
  async function look(before) {
    try {
      /** @type {FileView} */
      const file = await api.request('GET', `/files/${before.id}`);
      list.update(file);
      if (isSettled(file)) announce(`${file.filename}: ${file.status === 'READY' ? 'ready' : 'failed'}`);
      return JSON.stringify(file) !== JSON.stringify(before);
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.code !== 'NOT_FOUND') throw error;
      const gone = list.find(before.id);
      if (gone) list.remove(gone);
      return true;
    }
  }

  async function run() {
    running = true;
    try {
      await round();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      if (error.code === 'NETWORK')
        showBanner('offline', 'The server is not responding. Retrying …', { tone: 'danger' });
      pauseMs = SLOW_MS;
    } finally {
      running = false;
      schedule(document.hidden ? SLOW_MS : pauseMs);
    }
  }

  /** @param {number} milliseconds */
  function schedule(milliseconds) {
    clearTimeout(timer);
    timer = setTimeout(() => inBackground(run()), milliseconds);
  }

  /** Something was added or began anew: look soon. */
  function wake() {
    pauseMs = QUICK_MS;
    if (!running) schedule(QUICK_MS);
  }

  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return;
    listedAt = 0;
    wake();
  });
  wake();
  return { wake };
}

/**
 * @template T
 * @param {readonly T[]} things
 * @param {number} by
 */
function rotate(things, by) {
  const start = by % things.length;
  return [...things.slice(start), ...things.slice(0, start)];
}
