// @ts-check

/**
 * @typedef {object} Dropped
 * @property {File[]} files
 * @property {string[]} unreadable names of what the browser was not let into
 */

/**
 * The files of a drop, those inside dropped folders included.
 * @param {DataTransfer} transfer
 * @returns {Promise<Dropped>}
 */
export async function droppedFiles(transfer) {
  // The transfer is emptied once the event is over, so all entries are taken before the first wait.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  /** @type {Dropped} */
  const dropped = { files: [], unreadable: [] };
  if (entries.length === 0) dropped.files.push(...transfer.files);
  for (const entry of entries) await collect(entry, dropped);
  return dropped;
}

/**
 * @param {FileSystemEntry} entry
 * @param {Dropped} dropped
 */
async function collect(entry, dropped) {
  try {
    // Chromium names no class of its entries FileSystemFileEntry, so what an entry is only it can say.
    if (isFile(entry)) {
      dropped.files.push(await new Promise((resolve, reject) => entry.file(resolve, reject)));
    } else if (isDirectory(entry)) {
      for (const inner of await entriesOf(entry)) {
        // What systems hide in folders is nothing that people mean to add.
        if (!inner.name.startsWith('.')) await collect(inner, dropped);
      }
    }
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    dropped.unreadable.push(entry.name);
  }
}

/**
 * @param {FileSystemEntry} entry
 * @returns {entry is FileSystemFileEntry}
 */
function isFile(entry) {
  return entry.isFile;
}

/**
 * @param {FileSystemEntry} entry
 * @returns {entry is FileSystemDirectoryEntry}
 */
function isDirectory(entry) {
  return entry.isDirectory;
}

/**
 * @param {FileSystemDirectoryEntry} directory
 * @returns {Promise<FileSystemEntry[]>}
 */
async function entriesOf(directory) {
  const reader = directory.createReader();
  /** @type {FileSystemEntry[]} */
  const entries = [];
  for (;;) {
    // A reader answers a hundred at a time, and none at the end.
    const some = /** @type {FileSystemEntry[]} */ (
      await new Promise((resolve, reject) => reader.readEntries(resolve, reject))
    );
    if (some.length === 0) return entries;
    entries.push(...some);
  }
}
