// @ts-check
/** @import { Api } from './api.js' */
/** @import { FileView, UploadView } from './types.js' */
import { ApiProblem } from './api.js';
import { inParallel } from './in-parallel.js';
import { putBytes } from './put-bytes.js';
import { mayReach, tellStale } from './stale-page.js';

/** Files up to this size are hashed first: what is there already is not sent, and damage on the way is noticed. */
const HASH_UP_TO_BYTES = 8 * 1024 ** 2;
/** The longest that the server takes itself, as a form; the rest goes to the store alone. */
const FORM_UP_TO_BYTES = 4 * 1024 ** 2;
const PARTS_AT_ONCE = 3;

/**
 * @typedef {object} SendOptions
 * @property {(file: FileView) => void} onAnnounced the server knows the file and waits for its bytes
 * @property {(sent: number) => void} onSent bytes that have gone up in all
 * @property {AbortSignal} signal
 */

/**
 * Announces a file and sends its bytes straight to the bucket.
 * @param {Api} api
 * @param {File} file
 * @param {SendOptions} options
 * @returns {Promise<{ file: FileView, existing: boolean }>} `existing`: these bytes were there already
 * @throws {ApiProblem}
 */
export async function sendFile(api, file, options) {
  const sha256 = await hash(file);
  /** @type {{ file: FileView, upload?: UploadView }} */
  const answer = await api.request('POST', '/files', {
    json: {
      filename: file.name,
      size: file.size,
      ...(file.type ? { contentType: file.type } : {}),
      ...(sha256 ? { sha256 } : {}),
    },
    signal: options.signal,
  });
  if (!answer.upload) return { file: answer.file, existing: true };
  options.onAnnounced(answer.file);
  const address = 'parts' in answer.upload ? answer.upload.parts[0]?.url : answer.upload.url;
  if (address !== undefined && !mayReach(address)) return sendAsForm(api, file, answer.file.id, options);
  if ('parts' in answer.upload) await sendParts(api, file, answer.file.id, answer.upload, options);
  else await putBytes(answer.upload.url, file, { ...options, headers: answer.upload.headers });
  options.onSent(file.size);
  return { file: answer.file, existing: false };
}

/**
 * Sends it through the server, in place of what was announced.
 * @param {Api} api
 * @param {File} file
 * @param {string} announcedId
 * @param {SendOptions} options
 */
async function sendAsForm(api, file, announcedId, { onAnnounced, onSent, signal }) {
  if (file.size > FORM_UP_TO_BYTES) {
    tellStale();
    throw new ApiProblem(
      'PAGE_OUTDATED',
      'The storage address has changed since this page was opened. Reload the page, then add the file again.',
    );
  }
  const form = new FormData();
  form.append('file', file, file.name);
  /** @type {{ file: FileView }} */
  const answer = await api.request('POST', '/files', { form, signal });
  // Only then: a row whose file is gone would be taken away.
  onAnnounced(answer.file);
  await api.request('DELETE', `/files/${announcedId}`, { signal });
  onSent(file.size);
  return { file: answer.file, existing: false };
}

/**
 * @param {Api} api
 * @param {File} file
 * @param {string} id
 * @param {Extract<UploadView, { parts: unknown }>} upload
 * @param {SendOptions} options
 */
async function sendParts(api, file, id, { parts, partSize }, { onSent, signal }) {
  /** @type {Map<number, number>} */
  const sentOfPart = new Map();
  const etags = await inParallel(PARTS_AT_ONCE, parts, async ({ number, url }) => {
    const bytes = file.slice((number - 1) * partSize, number * partSize);
    const etag = await putBytes(url, bytes, {
      signal,
      onSent(sent) {
        sentOfPart.set(number, sent);
        onSent([...sentOfPart.values()].reduce((sum, part) => sum + part, 0));
      },
    });
    if (etag === '')
      throw new ApiProblem(
        'NETWORK',
        'The storage does not expose the ETag header. Ask the administrator to add it to the CORS rules of the bucket.',
      );
    return { number, etag };
  });
  await api.request('POST', `/files/${id}/complete`, { json: { parts: etags }, signal });
}

/**
 * @param {File} file
 * @returns {Promise<string | undefined>} SHA-256 in hexadecimal; nothing for large files and where the browser cannot
 */
async function hash(file) {
  // Browsers offer it on https and localhost only.
  if (file.size > HASH_UP_TO_BYTES || !globalThis.crypto.subtle) return undefined;
  try {
    const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    throw new ApiProblem(
      'UNREADABLE',
      'The browser cannot read this file. It may have been moved, or it may be a folder.',
    );
  }
}
