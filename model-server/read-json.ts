import type { IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { RequestError } from './requests.ts';

const MAX_BODY_BYTES = 32 * 1024 ** 2;

/** The body of a request. @throws RequestError 400 for one that is no JSON, 413 for one that is too large */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  let bytes = 0;
  const limited = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) {
        throw new RequestError(413, 'too_large', `The request is larger than ${MAX_BODY_BYTES / 1024 ** 2} MiB.`);
      }
      yield chunk;
    }
  };
  try {
    return await json(limited());
  } catch (error) {
    if (error instanceof SyntaxError) throw new RequestError(400, 'malformed_json', 'The body is not valid JSON.');
    throw error;
  }
}
