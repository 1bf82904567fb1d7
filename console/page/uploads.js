// @ts-check
/** @import { Api } from './api.js' */
/** @import { FileList } from './file-list.js' */
/** @import { Item } from './types.js' */
import { ApiProblem, toProblem } from './api.js';
import { announce, inBackground } from './dom.js';
import { sendFile } from './send-file.js';

const FILES_AT_ONCE = 2;
/** Why sending can fail today and work tomorrow. */
const MAY_PASS = new Set([
  'NETWORK',
  'UNREADABLE',
  'UPLOAD_EXPIRED',
  'TOO_MANY_ATTEMPTS',
  'DEPENDENCY_UNAVAILABLE',
  'INTERNAL_ERROR',
]);

/**
 * Sends added files, a few at a time.
 * @param {Api} api
 * @param {FileList} list
 * @param {() => void} onSent called when the bytes of a file have gone up
 */
export function createUploads(api, list, onSent) {
  /** @type {Item[]} */
  const waiting = [];
  /** @type {Map<string, { file: File, stop: AbortController, leftover?: string }>} */
  const sources = new Map();
  let active = 0;

  function pump() {
    while (active < FILES_AT_ONCE) {
      const item = waiting.shift();
      if (!item) return;
      active += 1;
      inBackground(
        send(item).finally(() => {
          active -= 1;
          pump();
        }),
      );
    }
  }

  /** @param {Item} item */
  async function send(item) {
    const source = sources.get(item.key);
    if (!source) return;
    item.sent = 0;
    list.changed(item);
    try {
      if (source.leftover !== undefined) await forget(source.leftover);
      delete source.leftover;
      const { file, existing } = await sendFile(api, source.file, {
        signal: source.stop.signal,
        onAnnounced(announced) {
          item.file = announced;
        },
        onSent(sent) {
          if (item.sent === undefined) return;
          item.sent = sent;
          list.changed(item);
        },
      });
      sources.delete(item.key);
      if (existing) {
        delete item.sent;
        item.note = `You already have this file: ${file.filename}`;
        list.changed(item);
      }
      onSent();
    } catch (error) {
      if (source.stop.signal.aborted) return;
      fail(item, source, error);
    }
  }

  /**
   * @param {Item} item
   * @param {{ leftover?: string }} source
   * @param {unknown} error
   */
  function fail(item, source, error) {
    const announced = item.file;
    delete item.sent;
    delete item.file;
    item.problem = toProblem(error);
    list.changed(item);
    announce(`${item.name} was not added. ${item.problem.message}`);
    // The server need not wait for bytes that will not come.
    if (announced) inBackground(forget(announced.id).catch((unheard) => leave(source, announced.id, unheard)));
  }

  /**
   * A server that is away is told when it is sent again; otherwise the announcement runs out by itself.
   * @param {{ leftover?: string }} source
   * @param {string} id
   * @param {unknown} error
   */
  function leave(source, id, error) {
    if (!(error instanceof ApiProblem)) throw error;
    source.leftover = id;
  }

  /** @param {string} id */
  async function forget(id) {
    try {
      await api.request('DELETE', `/files/${id}`);
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.code !== 'NOT_FOUND') throw error;
    }
  }

  /** @param {Item} item */
  function enqueue(item) {
    waiting.push(item);
    pump();
  }

  return {
    /** @param {readonly File[]} files */
    add(files) {
      if (files.length > 0) announce(files.length === 1 ? `Adding ${files[0]?.name}` : `Adding ${files.length} files`);
      // The list puts what is added last on top, so the last file of the choice goes in first.
      const items = files.toReversed().map((file) => {
        const item = list.addLocal(file);
        sources.set(item.key, { file, stop: new AbortController() });
        return item;
      });
      for (const item of items.reverse()) enqueue(item);
    },
    /** @param {Item} item */
    canRetry: ({ key, problem }) => sources.has(key) && MAY_PASS.has(problem?.code ?? ''),
    /** @param {Item} item whose sending failed */
    retry(item) {
      delete item.problem;
      list.changed(item);
      enqueue(item);
    },
    /** @param {Item} item */
    async cancel(item) {
      sources.get(item.key)?.stop.abort();
      sources.delete(item.key);
      const position = waiting.indexOf(item);
      if (position !== -1) waiting.splice(position, 1);
      list.remove(item);
      if (item.file) await forget(item.file.id);
    },
    isSending: () => active > 0,
  };
}
