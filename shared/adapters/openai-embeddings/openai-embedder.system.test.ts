import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startModelHost } from '#model-server/server.ts';
import { createHashingEmbedder } from '#shared/adapters/hashing/hashing-embedder.ts';
import { createTransformersEmbedder } from '#shared/adapters/transformers/transformers-embedder.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { writeTinyEmbeddingModel } from '#testing/models/tiny-embedding-model.ts';
import { createOpenAiEmbedder } from './openai-embedder.ts';
import { estimateTokens } from './token-counter.ts';

const dot = (a: readonly number[] = [], b: readonly number[] = []) => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function failure(promise: Promise<unknown>): Promise<AppError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AppError)) throw new Error(`Expected an AppError, got ${String(error)}`);
  return error;
}

interface Received {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: { input?: string[]; inputs?: string[]; model?: string; dimensions?: number } | undefined;
}
interface Reply {
  status?: number;
  body?: unknown;
  text?: string;
  headers?: Record<string, string>;
}

/** Another vendor's server: answers as the test says, 404 where it says nothing. */
async function vendor(answer: (received: Received) => Reply | undefined) {
  const received: Received[] = [];
  const server: Server = createServer((request, response) => {
    const body = request.method === 'POST' ? json(request) : Promise.resolve(undefined);
    body.then(
      (parsed) => {
        const call = {
          method: request.method ?? '',
          path: (request.url ?? '').replace(/\?.*/, ''),
          headers: request.headers,
          body: parsed as Received['body'],
        };
        received.push(call);
        const reply = answer(call) ?? { status: 404, text: 'Not Found' };
        response.writeHead(reply.status ?? 200, reply.headers).end(reply.text ?? JSON.stringify(reply.body));
      },
      () => response.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUps.push(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

const vectorFor = (text: string, size: number): number[] => Array.from({ length: size }, (_, i) => text.length + i);
const embeddings = (input: readonly string[] = [], size = 3) => ({
  data: input.map((text, index) => ({ object: 'embedding', index, embedding: vectorFor(text, size) })),
});
const plain = (size?: number) => (call: Received) =>
  call.path === '/v1/embeddings' ? { body: embeddings(call.body?.input, size) } : undefined;
const make = (url: string, more: Partial<Parameters<typeof createOpenAiEmbedder>[0]> = {}) =>
  createOpenAiEmbedder({ url, modelId: 'someone/their-own', timeoutMs: 5_000, ...more });

describe('with our model host', () => {
  let url: string;
  beforeEach(async () => {
    const host = await startModelHost({
      apiKey: 'the-key',
      embedder: createHashingEmbedder(),
      port: 0,
      host: '127.0.0.1',
    });
    cleanUps.push(() => host.stop());
    url = `http://127.0.0.1:${host.port}`;
  });

  it.each(['', '/', '/v1', '/v1/'])(
    'gives the vectors and tokens of the model itself (address ending in "%s")',
    async (ending) => {
      const direct = createHashingEmbedder();
      const embedder = make(url + ending, { apiKey: 'the-key', modelId: 'hashing-384' });
      expect(await embedder.describe()).toEqual(await direct.describe());
      const texts = Array.from({ length: 150 }, (_, i) => `passage number ${i}`);
      const [got, wanted] = [await embedder.embedPassages(texts), await direct.embedPassages(texts)];
      expect(got).toHaveLength(150);
      got.forEach((vector, i) => {
        expect(dot(vector, wanted[i])).toBeCloseTo(1, 6);
      });
      expect(dot(await embedder.embedQuery('passage'), await direct.embedQuery('passage'))).toBeCloseTo(1, 6);
      expect(await embedder.countTokens(['wind tunnel', '', 'a,b'])).toEqual([2, 0, 3]);
    },
  );

  it('is refused with both models named when the host serves another one', async () => {
    const error = await failure(make(url, { apiKey: 'the-key', modelId: 'Xenova/bge-small-en-v1.5' }).embedQuery('a'));
    expect(error.code).toBe('MODEL_UNAVAILABLE');
    expect(error.message).toContain('serves the model "hashing-384", not "Xenova/bge-small-en-v1.5"');
  });

  it('is refused with both sizes named when the index holds another size', async () => {
    const error = await failure(make(url, { apiKey: 'the-key', modelId: 'hashing-384', dimensions: 1024 }).describe());
    expect(error.code).toBe('EMBEDDING_SIZE_MISMATCH');
    expect(error.message).toMatch(/384.*1024/);
  });

  it('carries a real model and its prefixes the same way as in process', async () => {
    const modelDir = await mkdtemp(path.join(os.tmpdir(), 'omnirag-openai-'));
    cleanUps.push(() => rm(modelDir, { recursive: true, force: true }));
    const modelId = 'tiny/multilingual-e5-small';
    await writeTinyEmbeddingModel({ modelDir, modelId, words: ['wing', 'query', 'passage'], dimensions: 384 });
    const local = await createTransformersEmbedder({ modelId, modelDir, allowRemote: false });
    cleanUps.push(() => local.dispose());
    const host = await startModelHost({ apiKey: 'the-key', embedder: local, port: 0, host: '127.0.0.1' });
    cleanUps.push(() => host.stop());
    const remote = make(`http://127.0.0.1:${host.port}`, { apiKey: 'the-key', modelId });
    expect(await remote.describe()).toEqual(await local.describe());
    expect(dot(await remote.embedQuery('wing'), await local.embedQuery('wing'))).toBeCloseTo(1, 6);
    const [[a], [b]] = [await remote.embedPassages(['wing']), await local.embedPassages(['wing'])];
    expect(dot(a, b)).toBeCloseTo(1, 6);
    expect(dot(a, await remote.embedQuery('wing'))).toBeLessThan(0.999);
    expect(await remote.countTokens(['wing, wing'])).toEqual(await local.countTokens(['wing, wing']));
  });
});

describe('with a server that only embeds', () => {
  it('asks the first embedding for the size of an unknown model, once', async () => {
    const { url, received } = await vendor(plain(7));
    const embedder = make(url);
    expect(await Promise.all([embedder.describe(), embedder.describe()])).toEqual(
      Array(2).fill({ id: 'someone/their-own', dimensions: 7, maxTokens: 512 }),
    );
    expect(received.map((call) => call.path)).toEqual(['/info', '/v1/embeddings']);
  });

  it('brings vectors to unit length and orders them by index', async () => {
    const { url } = await vendor((call) => {
      const body = embeddings(call.body?.input);
      return call.path === '/v1/embeddings' ? { body: { data: body.data.reverse() } } : undefined;
    });
    const [one, three] = await make(url).embedPassages(['a', 'abc']);
    expect(dot(one, one)).toBeCloseTo(1, 10);
    expect(one?.[0]).toBeCloseTo(1 / Math.hypot(1, 2, 3), 10);
    expect(three?.[0]).toBeCloseTo(3 / Math.hypot(3, 4, 5), 10);
  });

  it('sends 64 inputs at most, the prefix of the model, and nothing a vendor would refuse', async () => {
    const { url, received } = await vendor(plain(384));
    const embedder = make(url, { modelId: 'intfloat/e5-small-v2', apiKey: 'sk-secret' });
    await embedder.embedPassages(Array.from({ length: 130 }, (_, i) => `${i}`));
    const calls = received.filter((call) => call.path === '/v1/embeddings');
    expect(calls.map((call) => call.body?.input?.length)).toEqual([64, 64, 2]);
    expect(calls[0]?.body?.input?.[0]).toBe('passage: 0');
    expect(Object.keys(calls[0]?.body ?? {}).sort()).toEqual(['encoding_format', 'input', 'model']);
    expect(calls[0]?.headers.authorization).toBe('Bearer sk-secret');
    await embedder.embedQuery('wing');
    expect(received.at(-1)?.body?.input).toEqual(['query: wing']);
  });

  it('estimates tokens, rather too many, and asks for them only once', async () => {
    const { url, received } = await vendor(plain(3));
    const embedder = make(url);
    const text = 'The quick brown fox jumps over the lazy dog.';
    expect(await embedder.countTokens([text, ''])).toEqual([15, 0]);
    await embedder.countTokens([text]);
    expect(received.filter((call) => call.path === '/tokenize')).toHaveLength(1);
    expect(estimateTokens('東京都')).toBe(3);
    expect(estimateTokens('1,2,3;(4)')).toBe(9);
  });
});

describe('with Text Embeddings Inference', () => {
  const tei = (modelId: string) =>
    vendor((call) => {
      if (call.path === '/info') {
        return { body: { model_id: modelId, max_input_length: 256, max_client_batch_size: 2, version: '1.8.0' } };
      }
      if (call.path === '/tokenize') {
        return {
          body: call.body?.inputs?.map((text) =>
            text.split(' ').map((word, id) => ({ id, text: word, special: false })),
          ),
        };
      }
      return plain(384)(call);
    });

  it('takes window and batch size from it, and counts its lists of tokens', async () => {
    const { url, received } = await tei('BAAI/bge-small-en-v1.5');
    const embedder = make(url, { apiKey: 'the-key', modelId: 'Xenova/bge-small-en-v1.5' });
    expect(await embedder.describe()).toEqual({ id: 'Xenova/bge-small-en-v1.5', dimensions: 384, maxTokens: 256 });
    expect(await embedder.countTokens(['a b c', '', 'a', 'a b'])).toEqual([3, 0, 1, 2]);
    await embedder.embedPassages(['a', 'b', 'c']);
    const sizes = received.map((call) => call.body?.input?.length ?? call.body?.inputs?.length ?? 0);
    expect(Math.max(...sizes)).toBe(2);
  });

  it('is refused when it serves another model, which it would not say itself', async () => {
    const { url } = await tei('BAAI/bge-large-en-v1.5');
    const error = await failure(make(url, { apiKey: 'the-key', modelId: 'Xenova/bge-small-en-v1.5' }).embedQuery('a'));
    expect(error.code).toBe('MODEL_UNAVAILABLE');
  });

  it('is believed when it serves a folder, which says nothing', async () => {
    const { url } = await tei('/data/model');
    expect((await make(url).describe()).maxTokens).toBe(256);
  });
});

describe('failures', () => {
  it.each([
    [500, 'DEPENDENCY_UNAVAILABLE'],
    [503, 'DEPENDENCY_UNAVAILABLE'],
    [429, 'DEPENDENCY_UNAVAILABLE'],
    [404, 'MODEL_UNAVAILABLE'],
    [401, 'MODEL_UNAVAILABLE'],
    [403, 'MODEL_UNAVAILABLE'],
    [400, 'PROCESSING_FAILED'],
    [413, 'PROCESSING_FAILED'],
    [422, 'PROCESSING_FAILED'],
  ])('HTTP %i is %s, without the key or what the server said', async (status, code) => {
    const { url } = await vendor((call) =>
      call.path === '/v1/embeddings'
        ? { status, body: { error: { message: 'bad key sk-secret for my document' } }, headers: { 'retry-after': '7' } }
        : undefined,
    );
    const error = await failure(make(url, { apiKey: 'sk-secret', dimensions: 3 }).embedPassages(['my document']));
    expect(error.code).toBe(code);
    expect(`${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toMatch(
      /sk-secret|my document/,
    );
    if (status === 429) expect(error.retryAfterSeconds).toBe(7);
  });

  it('no answer in time, and no server at all, are DEPENDENCY_UNAVAILABLE', async () => {
    const silent = createServer(() => undefined);
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    expect((await failure(make(url, { timeoutMs: 50 }).describe())).code).toBe('DEPENDENCY_UNAVAILABLE');
    const closed = once(silent, 'close');
    silent.close();
    silent.closeAllConnections();
    await closed;
    expect((await failure(make(url).describe())).code).toBe('DEPENDENCY_UNAVAILABLE');
  });

  it('are forgotten: the next call asks again', async () => {
    let up = false;
    const { url } = await vendor((call) => (up ? plain(3)(call) : { status: 503, text: 'starting' }));
    const embedder = make(url);
    expect((await failure(embedder.describe())).code).toBe('DEPENDENCY_UNAVAILABLE');
    expect((await failure(embedder.countTokens(['a']))).code).toBe('DEPENDENCY_UNAVAILABLE');
    up = true;
    expect((await embedder.describe()).dimensions).toBe(3);
  });

  it.each([
    ['a page', { text: '<html></html>' }],
    ['too few vectors', { body: { data: [] } }],
    ['twice the same index', { body: { data: [0, 0].map((index) => ({ index, embedding: [1, 2] })) } }],
    ['text for numbers', { body: { data: [0, 1].map((index) => ({ index, embedding: ['1', '2'] })) } }],
    ['half a float', { body: { data: [0, 1].map((index) => ({ index, embedding: 'AAAA' })) } }],
    ['zeros', { body: { data: [0, 1].map((index) => ({ index, embedding: [0, 0] })) } }],
    ['nothing', { text: '' }],
  ])('%s instead of two vectors counts against the texts', async (_, reply) => {
    const { url } = await vendor((call) => (call.path === '/v1/embeddings' ? reply : undefined));
    const error = await failure(make(url, { dimensions: 2 }).embedPassages(['a', 'b']));
    expect(error.code).toBe('PROCESSING_FAILED');
    // Before any text of anybody's: the server is to blame.
    expect((await failure(make(url).describe())).code).toBe('MODEL_UNAVAILABLE');
  });

  it('vectors of another size than before are refused with both sizes named', async () => {
    const { url } = await vendor((call) => plain(call.body?.input?.[0] === 'a' ? 3 : 5)(call));
    const error = await failure(make(url).embedPassages(['abc']));
    expect(error.code).toBe('EMBEDDING_SIZE_MISMATCH');
    expect(error.message).toMatch(/5 dimensions; 3/);
  });

  it('a redirect is not followed, and credentials in the address or a broken key are not echoed', async () => {
    const { url } = await vendor(() => ({ status: 302, text: '', headers: { location: 'http://127.0.0.1:9/' } }));
    expect((await failure(make(url).describe())).code).toBe('DEPENDENCY_UNAVAILABLE');
    for (const options of [{ url: 'http://user:hunter2@localhost' }, { apiKey: 'hunter2\nX: y' }]) {
      const error = await failure((async () => make(url, options))());
      expect(error.code).toBe('MODEL_UNAVAILABLE');
      expect(error.message).not.toContain('hunter2');
    }
  });
});
