import { AppError } from '#shared/errors/app-error.ts';

export interface EndpointOptions {
  /** With or without a trailing `/v1`: `http://127.0.0.1:8080` and `https://api.openai.com/v1` are both right. */
  url: string;
  apiKey?: string | undefined;
  /** For one request. */
  timeoutMs: number;
  /** What sentences call the server and its settings; those of the embeddings by default. */
  names?: EndpointNames | undefined;
}

export interface EndpointNames {
  server: string;
  urlSetting: string;
  keySetting: string;
}

const EMBEDDINGS: EndpointNames = {
  server: 'embeddings server',
  urlSetting: 'EMBEDDING_URL',
  keySetting: 'EMBEDDING_API_KEY',
};

export interface EndpointAnswer {
  status: number;
  /** Parsed JSON; undefined when the body is none. */
  body: unknown;
}

export interface Endpoint {
  /** Host and port, for sentences. */
  name: string;
  /**
   * Any answer below 500 other than 429, whatever its status. `path` is relative to the server's root, e.g. `v1/embeddings`.
   * @throws AppError DEPENDENCY_UNAVAILABLE when there is no answer in time, or a 429 or 5xx one
   */
  request(
    method: 'GET' | 'POST',
    path: string,
    body?: object | FormData,
    headers?: Record<string, string>,
    signal?: AbortSignal,
  ): Promise<EndpointAnswer>;
}

/** The server's root: what stands before `/v1`. */
function rootOf(given: string, names: EndpointNames): URL {
  const url = new URL(given);
  if (url.username !== '' || url.password !== '') {
    // fetch() would refuse it with a message that quotes the password.
    throw new AppError('MODEL_UNAVAILABLE', {
      detail: `${names.urlSetting} must not contain a username or password. Put the key into ${names.keySetting}.`,
    });
  }
  url.pathname = url.pathname.replace(/\/+$/, '').replace(/\/v1$/, '').concat('/');
  url.search = '';
  url.hash = '';
  return url;
}

function authorization(apiKey: string | undefined, names: EndpointNames): Record<string, string> {
  if (apiKey === undefined || apiKey === '') return {};
  // fetch() would refuse it with a message that quotes the key.
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new AppError('MODEL_UNAVAILABLE', {
      detail: `${names.keySetting} contains characters that are not allowed in a key.`,
    });
  }
  return { authorization: `Bearer ${apiKey}` };
}

function retryAfter(response: Response): number {
  const seconds = Number(response.headers.get('retry-after'));
  return Number.isInteger(seconds) && seconds > 0 && seconds <= 3600 ? seconds : 5;
}

/**
 * JSON over HTTP to one embeddings server. The key is sent as a bearer token and stands in no error; neither does the
 * server's own text, which may quote the key or somebody's document.
 * @throws AppError MODEL_UNAVAILABLE when the address or the key cannot be used at all
 */
export function createEndpoint(options: EndpointOptions): Endpoint {
  const { names = EMBEDDINGS } = options;
  const root = rootOf(options.url, names);
  const auth = authorization(options.apiKey, names);
  const name = root.host;

  async function exchange(
    method: string,
    path: string,
    body: object | undefined,
    headers: Record<string, string>,
    signal: AbortSignal | undefined,
  ) {
    const isForm = body instanceof FormData;
    const timeout = AbortSignal.timeout(options.timeoutMs);
    const response = await fetch(new URL(path, root), {
      method,
      headers: {
        accept: 'application/json',
        // The boundary of a form is chosen when it is sent.
        ...(isForm ? {} : { 'content-type': 'application/json' }),
        ...auth,
        ...headers,
      },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
      // A redirected POST arrives as a GET without a body.
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    return { response, text: await response.text() };
  }

  return {
    name,
    async request(method, path, body, headers = {}, signal = undefined) {
      const { response, text } = await exchange(method, path, body, headers, signal).catch((cause: unknown) => {
        throw new AppError('DEPENDENCY_UNAVAILABLE', {
          detail: `The ${names.server} at ${name} is not responding. Try again shortly.`,
          retryAfterSeconds: 5,
          cause,
        });
      });
      if (response.status === 429 || response.status >= 500) {
        throw new AppError('DEPENDENCY_UNAVAILABLE', {
          detail: `The ${names.server} at ${name} is busy or failing (HTTP ${response.status}). Try again shortly.`,
          retryAfterSeconds: retryAfter(response),
        });
      }
      return { status: response.status, body: parseJson(text) };
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A page that is no JSON is answered by servers that do not know the path; callers look at the body's shape.
    return undefined;
  }
}
