// @ts-check
/** @import { Problem, SessionView } from './types.js' */
import { createSession } from './session.js';

/** An error with a sentence for the person. */
export class ApiProblem extends Error {
  /**
   * @param {string} code the server's, or `NETWORK`
   * @param {string} message
   * @param {Problem['errors']} [errors] of single fields
   */
  constructor(code, message, errors = []) {
    super(message);
    this.code = code;
    this.errors = errors;
  }
}

/**
 * @param {unknown} error
 * @returns {{ code: string, message: string }}
 */
export function toProblem(error) {
  if (error instanceof ApiProblem) return { code: error.code, message: error.message };
  console.error(error);
  return { code: 'INTERNAL_ERROR', message: 'Something went wrong on this page. Reload it and try again.' };
}

/**
 * @typedef {object} Call
 * @property {unknown} [json] sent as the body
 * @property {FormData} [form] sent in its place
 * @property {AbortSignal} [signal]
 * @property {boolean} [anonymous] without a token
 * @property {number[]} [alsoFine] statuses whose body is an answer although they are errors
 */

/**
 * The HTTP interface, with the session that it needs.
 * @param {() => void} onSessionLost called when this tab's person is signed in no more
 */
export function createApi(onSessionLost) {
  const session = createSession(onSessionLost);

  /**
   * @param {string} method
   * @param {string} path
   * @param {Call} [call]
   * @returns {Promise<any>} the body; undefined when there is none
   * @throws {ApiProblem}
   */
  async function request(method, path, call = {}) {
    return readAnswer(await respond(method, path, call), call.alsoFine ?? []);
  }

  /**
   * @param {string} path of something that is no JSON
   * @returns {Promise<Blob>}
   * @throws {ApiProblem}
   */
  async function blob(path) {
    const response = await respond('GET', path, {});
    if (!response.ok) await readAnswer(response, []);
    return response.blob();
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {Call} call
   * @returns {Promise<Response>}
   */
  async function respond(method, path, call) {
    if (call.anonymous) return send(method, path, call, undefined);
    const used = session.current()?.accessToken;
    if (used === undefined) throw new ApiProblem('INVALID_TOKEN', 'You have been signed out. Sign in again.');
    const response = await send(method, path, call, used);
    if (response.status !== 401) return response;
    const renewed = await session.renew(used, exchange);
    if (!renewed) {
      session.end(used);
      return response;
    }
    const again = await send(method, path, call, renewed.accessToken);
    if (again.status === 401) session.end(renewed.accessToken);
    return again;
  }

  /**
   * @param {SessionView} before
   * @returns {Promise<SessionView | undefined>}
   */
  async function exchange({ refreshToken }) {
    const response = await send('POST', '/auth/refresh', { json: { refreshToken } }, undefined);
    if (response.status === 401 || response.status === 400) return undefined;
    return readAnswer(response, []);
  }

  return {
    request,
    blob,
    user: () => session.current()?.user,
    begin: session.begin,
    async signOut() {
      const refreshToken = session.leave()?.refreshToken;
      if (refreshToken) await request('POST', '/auth/logout', { json: { refreshToken }, anonymous: true });
    },
  };
}

/** @typedef {ReturnType<typeof createApi>} Api */

/**
 * @param {string} method
 * @param {string} path
 * @param {Call} call
 * @param {string | undefined} token
 * @returns {Promise<Response>}
 */
async function send(method, path, { json, form, signal }, token) {
  /** @type {Record<string, string>} */
  const headers = { Accept: 'application/json' };
  if (token !== undefined) headers.Authorization = `Bearer ${token}`;
  if (json !== undefined) headers['Content-Type'] = 'application/json';
  try {
    return await fetch(path, {
      method,
      headers,
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      ...(form ? { body: form } : {}),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiProblem('NETWORK', 'The server is not responding. Check that it is running and try again.');
  }
}

/**
 * @param {Response} response
 * @param {readonly number[]} alsoFine
 * @returns {Promise<any>}
 */
async function readAnswer(response, alsoFine) {
  const text = await response.text();
  const body = readJson(text);
  if (response.ok || alsoFine.includes(response.status)) return body;
  throw new ApiProblem(
    body?.code ?? 'INTERNAL_ERROR',
    body?.detail ?? `The server returned an error (${response.status}) without a reason.`,
    body?.errors,
  );
}

/**
 * @param {string} text
 * @returns {any} undefined for what is no JSON, such as a proxy's error page
 */
function readJson(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
