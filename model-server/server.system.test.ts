import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHashingEmbedder } from '#shared/adapters/hashing/hashing-embedder.ts';
import { type ModelHost, startModelHost } from './server.ts';

const embedder = createHashingEmbedder();
const call = (address: string, init: RequestInit & { headers?: Record<string, string> } = {}) =>
  fetch(address, { ...init, headers: { authorization: 'Bearer the-key', ...init.headers } });
let host: ModelHost;
let url: string;

beforeAll(async () => {
  host = await startModelHost({ apiKey: 'the-key', embedder, port: 0, host: '127.0.0.1' });
  url = `http://127.0.0.1:${host.port}`;
});
afterAll(() => host.stop());

interface Answer {
  data: { embedding: number[] | string }[];
  error: { message: string };
}

async function post<T = Answer>(path: string, body: unknown, headers: Record<string, string> = {}) {
  const raw = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await call(url + path, { method: 'POST', body: raw, headers });
  return { status: response.status, body: (await response.json()) as T };
}

describe('POST /v1/embeddings', () => {
  it('answers in the shape of OpenAI, one vector an input, in order', async () => {
    const { status, body } = await post('/v1/embeddings', { input: ['wind tunnel', 'penguins'], model: 'hashing-384' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ object: 'list', model: 'hashing-384', usage: { prompt_tokens: 3, total_tokens: 3 } });
    const vectors = await embedder.embedPassages(['wind tunnel', 'penguins']);
    expect(body.data).toEqual(vectors.map((embedding, index) => ({ object: 'embedding', index, embedding })));
  });

  it('takes a single string, and encodes as base64 when asked to', async () => {
    const { body } = await post('/v1/embeddings', { input: 'wind tunnel', encoding_format: 'base64' });
    const bytes = Buffer.from(String(body.data[0]?.embedding), 'base64');
    expect(bytes.length).toBe(384 * 4);
    const [vector] = await embedder.embedPassages(['wind tunnel']);
    expect(Array.from({ length: 384 }, (_, i) => bytes.readFloatLE(i * 4))).toEqual(vector);
  });

  it('answers 404 in the shape of OpenAI for another model', async () => {
    const { status, body } = await post('/v1/embeddings', { input: 'a', model: 'Xenova/bge-small-en-v1.5' });
    expect(status).toBe(404);
    expect(body.error).toMatchObject({ type: 'invalid_request_error', code: 'model_not_found', param: 'model' });
    expect(body.error.message).toContain('hashing-384');
  });

  it.each([
    ['no input', {}],
    ['an empty list', { input: [] }],
    ['numbers', { input: [1, 2] }],
    ['too many', { input: Array.from({ length: 513 }, () => 'a') }],
    ['a text of more than a million characters', { input: 'a'.repeat(1_000_001) }],
    ['other dimensions', { input: 'a', dimensions: 1024 }],
    ['an unknown encoding', { input: 'a', encoding_format: 'hex' }],
    ['a list for a body', []],
    ['broken JSON', '{"input": '],
    ['nothing', ''],
  ])('answers 400 for %s', async (_, body) => {
    const answer = await post('/v1/embeddings', body);
    expect(answer.status).toBe(400);
    expect(answer.body.error.message).toEqual(expect.any(String));
  });

  it('answers 413 for a body beyond its limit, and goes on serving', async () => {
    const huge = JSON.stringify({ input: ['a'.repeat(33 * 1024 ** 2)] });
    const response = await call(`${url}/v1/embeddings`, { method: 'POST', body: huge }).catch(() => undefined);
    // The connection may be closed while the client still writes.
    if (response) expect(response.status).toBe(413);
    expect((await post('/v1/embeddings', { input: 'a' })).status).toBe(200);
  });

  it('serves fifty callers at once, each with its own texts', async () => {
    const texts = Array.from({ length: 50 }, (_, i) => [`text number ${i}`, `another ${i * 7}`]);
    const answers = await Promise.all(
      texts.map((input, i) => post('/v1/embeddings', { input }, { 'x-input-type': i % 5 === 0 ? 'query' : 'passage' })),
    );
    const expected = await Promise.all(texts.map((input) => embedder.embedPassages(input)));
    expect(answers.map(({ body }) => body.data.map((each) => each.embedding))).toEqual(expected);
  });
});

describe('a host that cannot keep up', () => {
  it('answers 429 with Retry-After, and recovers', async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const held = { ...embedder, embedTexts: (texts: readonly string[]) => gate.then(() => embedder.embedTexts(texts)) };
    const slow = await startModelHost({ apiKey: 'the-key', embedder: held, port: 0, host: '127.0.0.1' });
    const ask = () =>
      call(`http://127.0.0.1:${slow.port}/v1/embeddings`, {
        method: 'POST',
        body: JSON.stringify({ input: Array.from({ length: 512 }, () => 'a') }),
      });
    const answers = Array.from({ length: 12 }, ask);
    const refused = await Promise.any(
      answers.map(async (answer) => {
        const response = await answer;
        if (response.status !== 429) throw new Error('let in');
        return response;
      }),
    );
    expect(refused.headers.get('retry-after')).toBe('1');
    release();
    const statuses = await Promise.all(answers.map(async (answer) => (await answer).status));
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(8);
    await slow.stop();
  });

  it('does not tell what went wrong inside', async () => {
    const broken = { ...embedder, embedTexts: () => Promise.reject(new Error('secret text of a document')) };
    const failing = await startModelHost({ apiKey: 'the-key', embedder: broken, port: 0, host: '127.0.0.1' });
    const response = await call(`http://127.0.0.1:${failing.port}/v1/embeddings`, {
      method: 'POST',
      body: '{"input":"a"}',
    });
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
    await failing.stop();
  });
});

describe('POST /tokenize', () => {
  it('lists tokens as Text Embeddings Inference does, or only counts them', async () => {
    const inputs = ['wind tunnel', '', 'a,b'];
    const listed = await post<{ text: string }[][]>('/tokenize', { inputs, add_special_tokens: false });
    expect(listed.body.map((tokens) => tokens.length)).toEqual([2, 0, 3]);
    expect(listed.body[0]?.[1]).toMatchObject({ text: 'tunnel', special: false, start: 5, stop: 11 });
    const counted = await post('/tokenize', { inputs, add_special_tokens: false, count_only: true });
    expect(counted.body).toEqual([2, 0, 3]);
  });

  it('says that it serves no special tokens', async () => {
    expect((await post('/tokenize', { inputs: ['a'] })).status).toBe(400);
  });
});

describe('what a host tells about itself', () => {
  it.each([
    ['/info', { model_id: 'hashing-384', max_input_length: 512, dimensions: 384, built_in: true }],
    ['/v1/models', { object: 'list', data: [{ id: 'hashing-384', object: 'model' }] }],
    ['/health', { status: 'ok', model: 'hashing-384', waiting: 0 }],
  ])('%s', async (path, expected) => {
    const response = await call(url + path);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject(expected);
  });

  it.each(['/info', '/v1/models', '/health', '/nope', '/v1/embeddings', '/tokenize'])(
    'nothing of %s to who does not know the key, nor to a page of any origin',
    async (path) => {
      for (const authorization of [undefined, '', 'Bearer', 'Bearer the-keY', 'the-key']) {
        const headers: Record<string, string> = { origin: 'http://evil.example' };
        if (authorization !== undefined) headers.authorization = authorization;
        for (const method of ['GET', 'POST', 'OPTIONS']) {
          const answer = await fetch(url + path, {
            method,
            headers,
            ...(method === 'POST' ? { body: '{"input":"a"}' } : {}),
          });
          expect(answer.status).toBe(401);
          expect(await answer.text()).not.toContain('hashing-384');
          expect(answer.headers.get('access-control-allow-origin')).toBeNull();
        }
      }
    },
  );

  it('answers 404 elsewhere', async () => {
    expect((await call(`${url}/nope`)).status).toBe(404);
    expect((await call(`${url}/v1/embeddings`)).status).toBe(404);
    expect((await call(`${url}//`)).status).toBe(404);
  });
});

describe('a host with several models', () => {
  const named = (id: string) => ({
    ...createHashingEmbedder(),
    describe: async () => ({ id, dimensions: 384, maxTokens: 9 }),
  });

  it('serves each by its name, holds two, and gives up the one not asked for longest', async () => {
    const events: string[] = [];
    const find = async (id: string) =>
      id.startsWith('test/')
        ? async () => {
            events.push(`load ${id}`);
            return { ...named(id), dispose: async () => void events.push(`drop ${id}`) };
          }
        : undefined;
    const several = await startModelHost({
      apiKey: 'the-key',
      embedder: named('test/a'),
      find,
      port: 0,
      host: '127.0.0.1',
    });
    const ask = async (model?: string) => {
      const query = model === undefined ? '' : `?model=${encodeURIComponent(model)}`;
      const response = await call(`http://127.0.0.1:${several.port}/info${query}`);
      return ((await response.json()) as { model_id: string }).model_id;
    };
    expect(await Promise.all([ask(), ask('test/b'), ask('test/b')])).toEqual(['test/a', 'test/b', 'test/b']);
    expect(await ask('nobody/c')).toBe('test/a');
    expect(await ask('test/a')).toBe('test/a');
    expect(events).toEqual(['load test/b']);
    expect(await ask('test/c')).toBe('test/c');
    expect(events).toEqual(['load test/b', 'drop test/b', 'load test/c']);
    expect(await ask('test/b')).toBe('test/b');
    expect(await ask()).toBe('test/a');
    await several.stop();
    expect(events.filter((event) => event === 'drop test/b')).toHaveLength(2);
  });
});
