import { randomUUID } from 'node:crypto';
import diagnostics from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ERROR_CODES, type ErrorCode } from '#shared/errors/codes.ts';

/** Of answers that no function made, such as to a body that is too long. */
const DEFAULT_HEADERS = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** What serverless-offline's server refuses by itself, in our words. */
const REFUSALS: Readonly<Record<number, { code: ErrorCode; detail?: string }>> = {
  400: {
    code: 'VALIDATION_ERROR',
    detail: 'The request is not valid HTTP. Check its address and headers.',
  },
  404: { code: 'NOT_FOUND' },
  413: { code: 'REQUEST_TOO_LARGE' },
};

/**
 * Between serverless-offline's HTTP server and the functions: requests reach the functions as API Gateway would hand
 * them over, and what the functions answer is what goes out.
 */
export function answerAsTheFunctionsSay(httpPort: number): void {
  diagnostics.channel('http.server.request.start').subscribe((message) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    if (request.socket.localPort !== httpPort) return;
    takeWhatever(request);
    const requestId = randomUUID();
    for (const [name, value] of Object.entries(DEFAULT_HEADERS)) response.setHeader(name, value);
    response.setHeader('x-request-id', requestId);
    mendAnswer(response, requestId);
  });
}

/**
 * The server below judges parsed headers and the address; the functions get the raw ones (seen in 14.8), and it is for
 * them to say what is wrong with what, in the form in which everything is said.
 */
function takeWhatever(request: IncomingMessage): void {
  const { headers } = request;
  // It lets pages of every origin read every answer, with credentials, unless it finds none.
  delete headers.origin;
  // It would compress each answer by itself.
  delete headers['accept-encoding'];
  // It refuses media types that it cannot parse, and parses JSON. Whether a body is binary is all it has to know.
  const isBinary = /^(?:multipart\/form-data|application\/octet-stream)\b/i.test(headers['content-type'] ?? '');
  headers['content-type'] = isBinary ? 'application/octet-stream' : 'text/plain';
  joinRepeated(request.rawHeaders);
  request.url = wellFormedTarget(request.url ?? '/');
}

/** As API Gateway does; here the functions would see the last one alone. */
function joinRepeated(rawHeaders: string[]): void {
  const joined = new Map<string, [name: string, value: string]>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
    const known = joined.get(name.toLowerCase());
    if (known) known[1] += `${name.toLowerCase() === 'cookie' ? '; ' : ','}${value}`;
    else joined.set(name.toLowerCase(), [name, value]);
  }
  rawHeaders.splice(0, rawHeaders.length, ...[...joined.values()].flat());
}

/** An address that decodes: a percent sign that begins no character stands for itself. */
function wellFormedTarget(target: string): string {
  const [path = '', ...query] = target.split('?');
  const known = /^(?:\/|https?:\/\/)/i.test(path) ? path : `/${path}`;
  return [decodes(known) ? known : known.replaceAll('%', '%25'), ...query].join('?');
}

function decodes(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

function mendAnswer(response: ServerResponse, requestId: string): void {
  const { writeHead, end } = response;
  const begin = (status: number): void => {
    const isOurs = response.getHeader('x-request-id') !== requestId;
    const refusal = REFUSALS[status] ?? (status >= 500 ? { code: 'INTERNAL_ERROR' as const } : undefined);
    if (isOurs || !refusal) {
      // Each answer without a type gets that of JSON, an empty one too, which nobody can parse.
      if (status === 204 || String(response.getHeader('content-length')) === '0') response.removeHeader('content-type');
      return;
    }
    const { code, detail = ERROR_CODES[code].title } = refusal;
    const { title } = ERROR_CODES[code];
    const problem = { type: `urn:omnirag:error:${code}`, title, status, detail, code, requestId };
    const body = Buffer.from(JSON.stringify(problem));
    response.setHeader('content-type', 'application/problem+json');
    response.setHeader('content-length', body.length);
    // What the server below says instead is left out.
    response.write = () => true;
    response.end = () => Reflect.apply(end, response, [body]) as ServerResponse;
  };
  response.writeHead = (status: number, ...rest: unknown[]) => {
    begin(status);
    return Reflect.apply(writeHead, response, [status, ...rest]) as ServerResponse;
  };
}
