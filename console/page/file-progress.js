// @ts-check
/** @import { Item, FileView } from './types.js' */
import { formatBytes, formatCount } from './format.js';

/** Failures that may pass when the stored bytes are read once more. */
const WORTH_RETRYING = new Set([
  'PARSE_TIMEOUT',
  'RESOURCE_LIMIT',
  'INDEX_FAILED',
  'PROCESSING_FAILED',
  'MODEL_UNAVAILABLE',
  'EMBEDDING_SIZE_MISMATCH',
  'EMBEDDING_MODEL_CHANGED',
  'DEPENDENCY_UNAVAILABLE',
  'INTERNAL_ERROR',
]);

/** Failures at the door: the bytes were not kept. */
const NOT_STORED = new Set([
  'EMPTY_FILE',
  'FILE_TOO_LARGE',
  'TYPE_MISMATCH',
  'UNSUPPORTED_TYPE',
  'SIZE_MISMATCH',
  'CHECKSUM_MISMATCH',
  'UPLOAD_EXPIRED',
]);

/**
 * @typedef {object} Progress
 * @property {'busy' | 'ready' | 'failed'} tone
 * @property {string} words
 * @property {number} [fraction] of the way to READY, 0 to 1; only while it goes on
 * @property {{ code: string, message: string }} [problem]
 * @property {readonly string[]} [warnings] what was lost of a file that can be searched
 */

/**
 * Says in plain words how far a file has come.
 * @param {Item} item
 * @returns {Progress}
 */
export function describeProgress({ file, sent, size, problem, note }) {
  if (problem) return { tone: 'failed', words: 'Not added', problem };
  if (sent !== undefined) return describeUpload(sent, size);
  if (note) return { tone: 'ready', words: note };
  if (!file) return { tone: 'busy', words: 'Waiting to upload', fraction: 0 };
  return describeFile(file);
}

/**
 * @param {number} sent
 * @param {number} size
 * @returns {Progress}
 */
function describeUpload(sent, size) {
  const part = size === 0 ? 1 : Math.min(1, sent / size);
  const words =
    part === 1 ? 'Uploaded. Waiting to be processed' : `Uploading: ${formatBytes(sent)} of ${formatBytes(size)}`;
  return { tone: 'busy', words, fraction: 0.3 * part };
}

/**
 * @param {FileView} file
 * @returns {Progress}
 */
function describeFile(file) {
  const { waiting } = file;
  const { pagesDone, pages, chunksSynced, chunks } = file.progress;
  switch (file.status) {
    case 'UPLOADING':
      return { tone: 'busy', words: 'Waiting for the upload', fraction: 0.3 };
    case 'STORED': {
      const fraction = 0.35 + (pages ? (0.2 * pagesDone) / pages : 0);
      const read = pages ? `page ${pagesDone} of ${pages}` : '';
      if (waiting)
        return { tone: 'busy', words: read ? `Waiting to continue reading: ${read}` : 'Waiting to be read', fraction };
      return { tone: 'busy', words: read ? `Reading: ${read}` : 'Reading', fraction };
    }
    case 'EXTRACTED':
      return {
        tone: 'busy',
        words: waiting ? 'Waiting to be split into passages' : 'Splitting into passages',
        fraction: 0.6,
      };
    case 'CHUNKED':
      return {
        tone: 'busy',
        words: waiting
          ? `${formatCount(chunks, 'passage')} waiting to be embedded`
          : `Embedding ${formatCount(chunks, 'passage')}`,
        fraction: 0.7,
      };
    case 'EMBEDDED':
      return {
        tone: 'busy',
        words:
          chunksSynced === 0
            ? `${formatCount(chunks, 'passage')} waiting to be indexed`
            : `Indexing: ${chunksSynced.toLocaleString('en')} of ${formatCount(chunks, 'passage')}`,
        fraction: 0.8 + (chunks === 0 ? 0 : (0.2 * chunksSynced) / chunks),
      };
    case 'READY':
      return { tone: 'ready', words: readyWords(file), warnings: file.warnings };
    case 'FAILED':
      return { tone: 'failed', words: 'Failed', ...(file.error ? { problem: file.error } : {}) };
  }
}

/** @param {FileView} file */
function readyWords({ duplicateOf, contentType, progress: { chunks } }) {
  if (duplicateOf) return 'Duplicate: you already have a file with the same content';
  if (chunks > 0) return `Ready: ${formatCount(chunks, 'passage')}`;
  // Its warnings tell the rest: that there are no words on it, or that it is not found by what it shows.
  return contentType.startsWith('image/') ? 'Ready (picture)' : 'Stored: no text was found in the file';
}

/**
 * @param {FileView} file
 * @returns {boolean} whether its state will not change by itself
 */
export function isSettled(file) {
  return file.status === 'READY' || file.status === 'FAILED';
}

/**
 * @param {FileView} file
 * @returns {boolean} whether its bytes can be downloaded
 */
export function isStored(file) {
  return file.status !== 'UPLOADING' && !(file.status === 'FAILED' && NOT_STORED.has(file.error?.code ?? ''));
}

/**
 * @param {FileView} file
 * @returns {boolean}
 */
export function canReprocess(file) {
  return file.status === 'FAILED' && !file.duplicateOf && WORTH_RETRYING.has(file.error?.code ?? '');
}
