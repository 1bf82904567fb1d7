import type { IncomingMessage, ServerResponse } from 'node:http';
import { QdrantError } from '../errors.ts';
import { stringifyJson } from '../json.ts';
import { createKeyCheck } from './auth.ts';
import { checkCommonParameters, readJsonBody } from './request.ts';
import { createRouter, type Route } from './router.ts';
import { serviceAnswer } from './service-answer.ts';

function send(response: ServerResponse, status: number, contentType: string, text: string): void {
  const body = Buffer.from(text);
  response.writeHead(status, { 'content-type': contentType, 'content-length': body.length });
  response.end(body);
}

function toRefusal(error: unknown): { status: number; message: string } {
  if (error instanceof QdrantError) return error;
  console.error('The Qdrant-compatible server failed to answer a request.', error);
  return { status: 500, message: `Service internal error: ${error instanceof Error ? error.message : String(error)}` };
}

/** Makes the handler of every request: key, route, envelope. It never throws. */
export function createListener(
  routes: readonly Route[],
  apiKey: string | undefined,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const route = createRouter(routes);
  const refuseKey = createKeyCheck(apiKey);
  return async (request, response) => {
    const started = performance.now();
    const seconds = (): number => (performance.now() - started) / 1000;
    try {
      // The host does not matter; the address in the request line may be anything.
      const address = URL.parse(`http://local${request.url ?? '/'}`);
      const pathname = address?.pathname ?? '';
      const refusal = refuseKey(pathname, request.headers);
      if (refusal !== undefined) return send(response, 401, 'text/plain; charset=utf-8', refusal);
      const service = request.method === 'GET' ? serviceAnswer(pathname) : undefined;
      if (service !== undefined) return send(response, 200, service.contentType, service.text);
      const match = route(request.method ?? '', pathname);
      if (match === undefined || address === null) return send(response, 404, 'text/plain; charset=utf-8', '');
      checkCommonParameters(address.searchParams);
      const result = await match.handle({
        path: match.path,
        query: address.searchParams,
        body: () => readJsonBody(request),
      });
      send(response, 200, 'application/json', stringifyJson({ result, status: 'ok', time: seconds() }));
    } catch (error) {
      // The caller hung up, or the server stops: there is nobody to answer.
      if (response.headersSent || response.destroyed || request.errored !== null) return;
      const { status, message } = toRefusal(error);
      send(response, status, 'application/json', stringifyJson({ status: { error: message }, time: seconds() }));
    } finally {
      // What was not read of a body that was refused must not wait in the connection.
      request.resume();
    }
  };
}
