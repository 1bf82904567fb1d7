// @ts-check
/** @import { Api } from './api.js' */
/** @import { RowActions } from './file-row.js' */
/** @import { FileView, Item } from './types.js' */
import { byId, within } from './dom.js';
import { isSettled } from './file-progress.js';
import { createFileRow } from './file-row.js';

const FILES_A_PAGE = 50;

/**
 * The list of files: those just added first, then the server's, newest first; what came out of an archive or a mail
 * under it.
 * @param {Api} api
 * @param {RowActions} actions
 * @param {() => void} onChange called when files come, go or change their state
 */
export function createFileList(api, actions, onChange) {
  const place = byId('file-list', HTMLUListElement);
  const older = byId('more-files', HTMLButtonElement);
  /** @type {Map<string, { item: Item, row: ReturnType<typeof createFileRow>, addedHere: number }>} */
  const entries = new Map();
  let added = 0;
  let loaded = false;
  /** @type {string | null} */
  let nextCursor = null;

  /**
   * @param {Item} item
   * @param {number} addedHere 0 for what the server told of
   */
  function insert(item, addedHere) {
    entries.set(item.key, { item, row: createFileRow(item, actions, containerOf), addedHere });
  }

  function arrange() {
    const sorted = [...entries.values()].sort(
      (a, b) => b.addedHere - a.addedHere || (b.item.file?.createdAt ?? '').localeCompare(a.item.file?.createdAt ?? ''),
    );
    for (const [index, { item, row }] of childrenUnderParents(sorted).entries()) {
      const present = place.children[index] ?? null;
      if (present !== row.element) place.insertBefore(row.element, present);
      // Its archive or mail may have come after it.
      if (item.file?.parentId !== undefined) row.update();
    }
    byId('no-files', HTMLElement).hidden = !loaded || entries.size > 0;
    older.hidden = nextCursor === null;
    onChange();
  }

  /** @param {string} id */
  function entryOf(id) {
    return [...entries.values()].find(({ item }) => item.file?.id === id);
  }

  /**
   * What came out of an archive or a mail, and out of what came out of it.
   * @param {string} fileId
   * @returns {Item[]}
   */
  function childrenOf(fileId) {
    return [...entries.values()].flatMap(({ item }) =>
      item.file?.parentId === fileId ? [item, ...childrenOf(item.file.id)] : [],
    );
  }

  /** @param {Item} item */
  function containerOf({ file }) {
    return file?.parentId === undefined ? undefined : entryOf(file.parentId)?.item.name;
  }

  /** @param {FileView} file */
  function take(file) {
    const known = entryOf(file.id);
    if (known) {
      known.item.file = file;
      if (file.status !== 'UPLOADING') delete known.item.sent;
      known.row.update();
    } else {
      insert({ key: file.id, name: file.filename, size: file.size, file }, 0);
    }
  }

  /** @param {string} [cursor] */
  async function load(cursor) {
    /** @type {{ items: FileView[], nextCursor: string | null }} */
    const page = await api.request(
      'GET',
      `/files?limit=${FILES_A_PAGE}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
    );
    for (const file of page.items) take(file);
    return page;
  }

  return {
    /** The newest files; what is listed already is brought up to date. */
    async refresh() {
      const page = await load();
      if (!loaded) nextCursor = page.nextCursor;
      loaded = true;
      arrange();
    },
    async loadOlder() {
      if (nextCursor === null) return;
      ({ nextCursor } = await load(nextCursor));
      arrange();
    },
    /** @param {File} file */
    addLocal(file) {
      added += 1;
      /** @type {Item} */
      const item = { key: `added-${added}`, name: file.name, size: file.size };
      insert(item, added);
      arrange();
      return item;
    },
    /** @param {FileView} file */
    update(file) {
      take(file);
      arrange();
    },
    /** @param {Item} item shown anew after its fields were changed */
    changed(item) {
      entries.get(item.key)?.row.update();
    },
    /** @param {Item} item */
    remove(item) {
      const entry = entries.get(item.key);
      if (!entry) return;
      const { element } = entry.row;
      const hadFocus = element.contains(document.activeElement);
      const neighbour = element.nextElementSibling ?? element.previousElementSibling;
      entries.delete(item.key);
      element.remove();
      arrange();
      if (!hadFocus) return;
      // To the row that took its place: who deletes far down goes on there.
      const next = neighbour ? within(neighbour, '.file-delete', HTMLButtonElement) : byId('choose', HTMLButtonElement);
      next.focus({ preventScroll: true });
    },
    /** @returns {FileView[]} files whose bytes are there or on their way and that are not done, oldest first */
    unsettled() {
      return [...entries.values()]
        .flatMap(({ item: { file, problem } }) => (file && !problem && !isSettled(file) ? [file] : []))
        .reverse();
    },
    /** @param {string} id */
    find: (id) => entryOf(id)?.item,
    childrenOf,
    /** @param {string} fileId */
    containerOf(fileId) {
      const item = entryOf(fileId)?.item;
      return item && containerOf(item);
    },
    isEmpty: () => loaded && entries.size === 0,
  };
}

/**
 * @template {{ item: Item }} T
 * @param {readonly T[]} sorted
 * @returns {T[]} in the same order, but what came out of a file that is listed right after it
 */
export function childrenUnderParents(sorted) {
  const listed = new Set(sorted.map(({ item }) => item.file?.id));
  /** @type {Map<string | undefined, T[]>} */
  const byParent = new Map();
  for (const entry of sorted) {
    const parentId = entry.item.file?.parentId;
    const under = listed.has(parentId) ? parentId : undefined;
    byParent.set(under, [...(byParent.get(under) ?? []), entry]);
  }
  /** @type {(parentId: string | undefined) => T[]} */
  const below = (parentId) =>
    (byParent.get(parentId) ?? []).flatMap((entry) => [entry, ...(entry.item.file ? below(entry.item.file.id) : [])]);
  return below(undefined);
}

/** @typedef {ReturnType<typeof createFileList>} FileList */
