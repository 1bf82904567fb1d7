import { createHash, randomUUID } from 'node:crypto';
import { openSqlite, type Row } from '#localstack/sqlite.ts';

export const FOLDER = 'application/vnd.google-apps.folder';
export const SHORTCUT = 'application/vnd.google-apps.shortcut';

/** A file or folder as one account sees it. */
export interface DriveItem {
  id: string;
  /** Id of the folder it lies in; `root` is the account's own top folder. */
  parent: string;
  name: string;
  mimeType: string;
  /** Put into the trash itself; what lies in a trashed folder is trashed as well. */
  trashed: boolean;
  /** Rises with every change of its name, place or content. */
  version: number;
  /** Bytes and their MD5 in hexadecimal; undefined for folders and shortcuts, and Google's own documents show neither. */
  size: number | undefined;
  md5: string | undefined;
  createdTime: string;
  modifiedTime: string;
  /** Of the shared drive it belongs to. */
  driveId: string | undefined;
  /** What a shortcut leads to. */
  targetId: string | undefined;
}

export interface NewItem {
  id?: string | undefined;
  parent?: string | undefined;
  name: string;
  mimeType: string;
  content?: Uint8Array | undefined;
  driveId?: string | undefined;
  targetId?: string | undefined;
}

export interface ItemEdit {
  name?: string | undefined;
  parent?: string | undefined;
  trashed?: boolean | undefined;
  content?: Uint8Array | undefined;
}

export interface DriveChange {
  /** Position in the log of changes; a page token is one of these. */
  sequence: number;
  itemId: string;
  /** Deleted for ever, or no longer shared with the account. */
  removed: boolean;
}

/** The Drives of all accounts. Every edit is one entry in its account's log of changes, as at Google: the entry of a folder speaks for what lies in it. */
export interface DriveStore {
  /** @returns false when the account is there already */
  addAccount(email: string): boolean;
  accounts(): string[];
  items(account: string): DriveItem[];
  item(account: string, id: string): DriveItem | undefined;
  content(account: string, id: string): Uint8Array | undefined;
  create(account: string, items: readonly NewItem[]): DriveItem[];
  edit(account: string, id: string, edit: ItemEdit): DriveItem | undefined;
  /** Deletes for ever, with what lies in it. */
  remove(account: string, id: string): boolean;
  /** The newest entry of the log, over all accounts. */
  lastSequence(): number;
  /** The newest entry of each item after `after`, oldest first. */
  changes(account: string, after: number, limit: number): DriveChange[];
  close(): void;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS accounts (email TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS items (
    account TEXT NOT NULL REFERENCES accounts, id TEXT NOT NULL, parent TEXT NOT NULL, name TEXT NOT NULL,
    mime_type TEXT NOT NULL, trashed INTEGER NOT NULL, version INTEGER NOT NULL, content BLOB, md5 TEXT,
    created TEXT NOT NULL, modified TEXT NOT NULL, drive_id TEXT, target_id TEXT,
    PRIMARY KEY (account, id)) STRICT;
  CREATE TABLE IF NOT EXISTS changes (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, item_id TEXT NOT NULL,
    removed INTEGER NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS changes_of_account ON changes (account, sequence);`;

const COLUMNS =
  'id, parent, name, mime_type, trashed, version, length(content) AS size, md5, created, modified, drive_id, target_id';

/** @param path of the SQLite file */
export function openDriveStore(path: string): DriveStore {
  const db = openSqlite(path, { synchronous: 'NORMAL', schema: SCHEMA });
  const { one, all, run, atomically } = db;
  const logChange = (account: string, id: string, removed: boolean): number => {
    const insert = 'INSERT INTO changes (account, item_id, removed) VALUES (?, ?, ?) RETURNING rowid AS number';
    return Number(one(insert, account, id, removed ? 1 : 0)?.number);
  };
  const item = (account: string, id: string): DriveItem | undefined => {
    const row = one(`SELECT ${COLUMNS} FROM items WHERE account = ? AND id = ?`, account, id);
    return row ? toItem(row) : undefined;
  };
  const removeTree = (account: string, id: string): void => {
    for (const { id: child } of all('SELECT id FROM items WHERE account = ? AND parent = ?', account, id)) {
      removeTree(account, String(child));
    }
    run('DELETE FROM items WHERE account = ? AND id = ?', account, id);
  };
  return {
    addAccount: (email) => run('INSERT OR IGNORE INTO accounts VALUES (?)', email) > 0,
    accounts: () => all('SELECT email FROM accounts ORDER BY email').map(({ email }) => String(email)),
    items: (account) => all(`SELECT ${COLUMNS} FROM items WHERE account = ? ORDER BY rowid`, account).map(toItem),
    item,
    content(account, id) {
      const content = one('SELECT content FROM items WHERE account = ? AND id = ?', account, id)?.content;
      return content instanceof Uint8Array ? content : undefined;
    },
    create: (account, items) =>
      atomically(() =>
        items.map((fresh) => {
          const id = fresh.id ?? randomUUID();
          const now = new Date().toISOString();
          const content = fresh.content ?? null;
          run(
            'INSERT INTO items VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?)',
            ...[account, id, fresh.parent ?? 'root', fresh.name, fresh.mimeType, logChange(account, id, false)],
            ...[content, content && md5(content), now, now, fresh.driveId ?? null, fresh.targetId ?? null],
          );
          return found(item(account, id));
        }),
      ),
    edit: (account, id, edit) =>
      atomically(() => {
        const before = item(account, id);
        if (!before) return undefined;
        run(
          'UPDATE items SET name = ?, parent = ?, trashed = ?, version = ? WHERE account = ? AND id = ?',
          ...[edit.name ?? before.name, edit.parent ?? before.parent, (edit.trashed ?? before.trashed) ? 1 : 0],
          ...[logChange(account, id, false), account, id],
        );
        if (edit.content) {
          const values = [edit.content, md5(edit.content), new Date().toISOString(), account, id];
          run('UPDATE items SET content = ?, md5 = ?, modified = ? WHERE account = ? AND id = ?', ...values);
        }
        return item(account, id);
      }),
    remove: (account, id) =>
      atomically(() => {
        if (!item(account, id)) return false;
        removeTree(account, id);
        logChange(account, id, true);
        return true;
      }),
    lastSequence: () => Number(one('SELECT coalesce(max(sequence), 0) AS last FROM changes')?.last),
    changes: (account, after, limit) =>
      all(
        `SELECT item_id, max(sequence) AS last, removed FROM changes WHERE account = ? AND sequence > ?
         GROUP BY item_id ORDER BY last LIMIT ?`,
        account,
        after,
        limit,
      ).map((row) => ({ sequence: Number(row.last), itemId: String(row.item_id), removed: row.removed === 1 })),
    close: () => db.close(),
  };
}

function md5(content: Uint8Array): string {
  return createHash('md5').update(content).digest('hex');
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('An item that was just written is not there.');
  return value;
}

function toItem(row: Row): DriveItem {
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  return {
    id: String(row.id),
    parent: String(row.parent),
    name: String(row.name),
    mimeType: String(row.mime_type),
    trashed: row.trashed === 1,
    version: Number(row.version),
    size: typeof row.size === 'number' ? row.size : undefined,
    md5: text(row.md5),
    createdTime: String(row.created),
    modifiedTime: String(row.modified),
    driveId: text(row.drive_id),
    targetId: text(row.target_id),
  };
}
