// @ts-check
import { ApiProblem } from './api.js';

const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 500;

/**
 * Puts bytes to a presigned address. What may pass (no answer, an error of the server) is tried again after a pause.
 * @param {string} url
 * @param {Blob} bytes
 * @param {{ headers?: Record<string, string>, onSent: (bytes: number) => void, signal: AbortSignal }} options `onSent`
 *   is told the bytes of this attempt that have gone up
 * @returns {Promise<string>} the ETag, without quotes; empty where the store does not show it
 * @throws {ApiProblem}
 */
export async function putBytes(url, bytes, options) {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await putOnce(url, bytes, options);
    if (answer.status >= 200 && answer.status < 300) return answer.etag;
    if (attempt === ATTEMPTS || (answer.status > 0 && answer.status < 500)) throw refusal(answer.status);
    options.onSent(0);
    await pause(FIRST_PAUSE_MS * 2 ** (attempt - 1), options.signal);
  }
}

/**
 * @param {string} url
 * @param {Blob} bytes
 * @param {{ headers?: Record<string, string>, onSent: (bytes: number) => void, signal: AbortSignal }} options
 * @returns {Promise<{ status: number, etag: string }>} status 0 without an answer
 */
function putOnce(url, bytes, { headers = {}, onSent, signal }) {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    // fetch cannot tell how much has gone up.
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    request.open('PUT', url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.addEventListener('progress', (event) => onSent(event.loaded));
    request.addEventListener('loadend', () => {
      signal.removeEventListener('abort', stop);
      if (signal.aborted) reject(signal.reason);
      const etag = request.status === 0 ? '' : (request.getResponseHeader('ETag') ?? '');
      resolve({ status: request.status, etag: etag.replaceAll('"', '') });
    });
    signal.addEventListener('abort', stop);
    request.send(bytes);
  });
}

/** @param {number} status */
function refusal(status) {
  if (status === 0) {
    const home = document.querySelector('meta[name="omnirag-public-url"]')?.getAttribute('content') ?? '';
    const elsewhere = home !== '' && new URL(home).origin !== location.origin;
    return new ApiProblem(
      'NETWORK',
      elsewhere
        ? `The upload was blocked. Uploads are only allowed from ${home}. Open the console there.`
        : 'The file could not be uploaded: the upload address is not responding, or the file has changed. Try again, or add the file again if it has changed.',
    );
  }
  return new ApiProblem(
    status === 403 ? 'UPLOAD_EXPIRED' : 'NETWORK',
    status === 403
      ? 'The upload was rejected. It may have expired, or the file may have changed. Add the file again.'
      : `The upload was rejected (${status}). Try again.`,
  );
}

/**
 * @param {number} milliseconds
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal.addEventListener('abort', stop, { once: true });
  });
}
