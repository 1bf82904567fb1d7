// @ts-check
/** @import { SessionView } from './types.js' */

const DATABASE = 'omnirag';
const STORE = 'successors';

/**
 * Which session took the place of a spent refresh token. What a tab puts into `localStorage` reaches another one a while after
 * the lock does that orders them (they are processes of their own), and who believed it would spend a token twice, which
 * ends the session. A database of the browser is the same for all tabs at any moment.
 * @returns {{
 *   find(refreshToken: string): Promise<SessionView | undefined>,
 *   keep(refreshToken: string, next: SessionView): Promise<void>,
 *   forget(): Promise<void>,
 * }} the newest alone is kept
 */
export function createSuccessors() {
  /** @type {Promise<IDBDatabase> | undefined} */
  let opened;

  /**
   * @template T
   * @param {IDBTransactionMode} mode
   * @param {(store: IDBObjectStore) => IDBRequest<T>} ask
   * @returns {Promise<T>}
   */
  async function transact(mode, ask) {
    opened ??= open();
    const transaction = (await opened).transaction(STORE, mode);
    const request = ask(transaction.objectStore(STORE));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  }

  return {
    find: (refreshToken) => transact('readonly', (store) => store.get(refreshToken)),
    async keep(refreshToken, next) {
      await transact('readwrite', (store) => {
        store.clear();
        return store.put(next, refreshToken);
      });
    },
    forget: () => transact('readwrite', (store) => store.clear()),
  };
}

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
