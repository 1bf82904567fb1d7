// @ts-check
/** @import { Problem, SessionView } from './types.js' */

const STORE = 'omnirag.session';

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
  return { code: 'INTERNAL_ERROR', message: 'Something went wrong in this page; reload it and try again.' };
}

/** @returns {SessionView | undefined} */
function storedSession() {
  const stored = sessionStorage.getItem(STORE);
  return stored === null ? undefined : JSON.parse(stored);
}

/**
 * @typedef {object} Call
 * @property {unknown} [json] sent as the body
 * @property {AbortSignal} [signal]
 * @property {boolean} [anonymous] without a token
 * @property {number[]} [alsoFine] statuses whose body is an answer although they are errors
 */

/**
 * The HTTP interface, with the session that it needs. The session lives as long as the browser's tab.
 * @param {() => void} onSessionLost called when the server accepts the session no more
 */
export function createApi(onSessionLost) {
  let session = storedSession();
  /** @type {Promise<boolean> | undefined} */
  let refreshing;

  /** @param {SessionView | undefined} next */
  function keep(next) {
    session = next;
    if (next) sessionStorage.setItem(STORE, JSON.stringify(next));
    else sessionStorage.removeItem(STORE);
  }

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
    const used = session?.accessToken;
    let response = await send(method, path, call, used);
    if (response.status === 401 && !call.anonymous && used !== undefined) {
      // Another request may have brought a new token while this one was away.
      const renewed = session?.accessToken !== used || (await refresh());
      if (renewed && session) response = await send(method, path, call, session.accessToken);
      if (response.status === 401) lose();
    }
    return response;
  }

  function lose() {
    if (!session) return;
    keep(undefined);
    onSessionLost();
  }

  /** Each refresh token works once, so requests that fail together share one refresh. */
  function refresh() {
    refreshing ??= exchange().finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  }

  async function exchange() {
    const response = await send('POST', '/auth/refresh', { json: { refreshToken: session?.refreshToken } }, undefined);
    if (response.status === 401 || response.status === 400) return false;
    keep(await readAnswer(response, []));
    return true;
  }

  return {
    request,
    blob,
    user: () => session?.user,
    /** @param {SessionView} next */
    begin: (next) => keep(next),
    async signOut() {
      const refreshToken = session?.refreshToken;
      keep(undefined);
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
async function send(method, path, { json, signal, anonymous }, token) {
  /** @type {Record<string, string>} */
  const headers = { Accept: 'application/json' };
  if (token !== undefined && !anonymous) headers.Authorization = `Bearer ${token}`;
  if (json !== undefined) headers['Content-Type'] = 'application/json';
  try {
    return await fetch(path, {
      method,
      headers,
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiProblem('NETWORK', 'The server does not answer. Check that it is running and try again.');
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
    body?.detail ?? `The server answered ${response.status} without saying why.`,
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
