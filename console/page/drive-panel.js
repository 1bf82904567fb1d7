// @ts-check
/** @import { Api } from './api.js' */
/** @import { DriveView } from './types.js' */
import { ApiProblem } from './api.js';
import { byId, inBackground } from './dom.js';
import { chooseFolders } from './drive-folders.js';
import { describeDrive } from './drive-words.js';
import { openQuestion } from './places.js';

const DRIVE_SYNC_PAUSE_MS = 1_500;
const DRIVE_PAUSE_MS = 15_000;

/**
 * The person's Google Drive: whether it is connected and in sync, and what can be done about it.
 * @param {Api} api
 * @param {(work: Promise<unknown>) => void} tell runs work whose failure the person should hear of
 * @param {() => Promise<unknown>} onFiles called when files came or went
 */
export function showDrive(api, tell, onFiles) {
  const panel = byId('drive', HTMLElement);
  const problem = byId('drive-problem', HTMLElement);
  const connect = byId('drive-connect', HTMLButtonElement);
  const sync = byId('drive-sync', HTMLButtonElement);
  const choose = byId('drive-choose', HTMLButtonElement);
  const leave = byId('drive-leave', HTMLButtonElement);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {DriveView | undefined} */
  let shown;

  /** @param {DriveView} drive */
  function show(drive) {
    const words = describeDrive(drive, new Date());
    const isConnected = drive.status === 'CONNECTED';
    panel.dataset.tone = words.tone;
    const state = byId('drive-words', HTMLElement);
    // Said again only when it changed, for people who hear the page.
    if (state.textContent !== words.state) state.textContent = words.state;
    byId('drive-facts', HTMLElement).textContent = words.facts;
    problem.textContent = words.problem ?? '';
    problem.hidden = words.problem === undefined;
    connect.hidden = words.connect === undefined;
    connect.textContent = words.connect ?? '';
    sync.hidden = !isConnected;
    choose.hidden = !isConnected;
    leave.hidden = drive.status === 'NOT_CONNECTED';
    panel.hidden = false;
    const before = shown;
    shown = drive;
    if (before && before.counts.files !== drive.counts.files) inBackground(onFiles());
  }

  async function look() {
    clearTimeout(timer);
    try {
      if (api.user()) show(await api.request('GET', '/drive'));
    } catch (error) {
      // The list of files says when the server is away.
      if (!(error instanceof ApiProblem)) throw error;
    } finally {
      const pause = shown?.syncing && !document.hidden ? DRIVE_SYNC_PAUSE_MS : DRIVE_PAUSE_MS;
      timer = setTimeout(() => inBackground(look()), pause);
    }
  }

  connect.addEventListener('click', () => tell(begin()));
  async function begin() {
    const { authorizationUrl } = await api.request('POST', '/drive/connect');
    location.assign(authorizationUrl);
  }

  sync.addEventListener('click', () => tell(api.request('POST', '/drive/sync').then(look)));
  choose.addEventListener('click', () => tell(pick()));
  async function pick() {
    const ids = await chooseFolders(api, shown?.folders.map(({ id }) => id) ?? []);
    if (ids) show(await api.request('PATCH', '/drive', { json: { folderIds: ids } }));
    await look();
  }

  leave.addEventListener('click', () => {
    tell(openQuestion(byId('leave', HTMLDialogElement)).then(end));
  });
  /** @param {string} files what becomes of them; nothing when the person stays */
  async function end(files) {
    if (files === '') return;
    await api.request('DELETE', `/drive?files=${files}`);
    await look();
    await onFiles();
  }

  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) inBackground(look());
  });
  inBackground(look());
  return { look };
}
