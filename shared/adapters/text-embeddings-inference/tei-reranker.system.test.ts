import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRerankModel, type RerankModel } from '#model-server/rerank-model.ts';
import { type ModelHost, startModelHost } from '#model-server/server.ts';
import { createHashingEmbedder } from '#shared/adapters/hashing/hashing-embedder.ts';
import { writeTinyCrossEncoder } from '#testing/models/tiny-cross-encoder.ts';
import { createTeiReranker } from './tei-reranker.ts';

const MODEL = 'tiny/cross-encoder';
let modelDir: string;
let model: RerankModel;
let host: ModelHost;
const servers: Server[] = [];
beforeAll(async () => {
  modelDir = await mkdtemp(path.join(os.tmpdir(), 'omnirag-rerank-'));
  await writeTinyCrossEncoder({ modelDir, modelId: MODEL, words: ['car', 'wing', 'garage'] });
  model = createRerankModel({ modelId: MODEL, modelDir, hubUrl: 'http://127.0.0.1:1/' });
  host = await startModelHost({
    apiKey: 'the-key',
    embedder: createHashingEmbedder(),
    reranker: model,
    port: 0,
    host: '127.0.0.1',
  });
});
afterAll(async () => {
  await host.stop();
  await model.dispose();
  for (const server of servers) server.close();
  await rm(modelDir, { recursive: true, force: true });
});

const rerankerAt = (port: number, modelId = MODEL) =>
  createTeiReranker({ url: `http://127.0.0.1:${port}`, apiKey: 'the-key', modelId, timeoutMs: 5_000 });

/** Text Embeddings Inference as its documentation describes it, with a length for a score. */
async function otherServer(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

describe('scores over HTTP', () => {
  it('of the model host are those of the model, in the order of the texts', async () => {
    const scores = await rerankerAt(host.port).score('car garage', ['wing', 'car car garage', 'car']);
    expect(scores).toEqual([1, 4, 2]);
  });

  it('of the model host are between 0 and 1 unless raw ones are asked for, the best first', async () => {
    const response = await fetch(`http://127.0.0.1:${host.port}/rerank`, {
      method: 'POST',
      headers: { authorization: 'Bearer the-key' },
      body: JSON.stringify({ query: 'car', texts: ['wing', 'car'] }),
    });
    const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
    expect(await response.json()).toEqual([
      { index: 1, score: sigmoid(2) },
      { index: 0, score: sigmoid(1) },
    ]);
  });

  it('are asked for in batches that the server takes', async () => {
    const batches: number[] = [];
    const port = await otherServer(async (request, response) => {
      if (request.url === '/info') {
        return response.end(JSON.stringify({ model_id: '/data/model', max_client_batch_size: 2 }));
      }
      const { texts, raw_scores, truncate } = (await json(request)) as Record<string, unknown> & { texts: string[] };
      expect([raw_scores, truncate]).toEqual([true, true]);
      batches.push(texts.length);
      return response.end(JSON.stringify(texts.map((text, index) => ({ index, score: text.length })).reverse()));
    });
    expect(await rerankerAt(port).score('q', ['a', 'bbb', 'cc'])).toEqual([1, 3, 2]);
    expect(batches).toEqual([2, 1]);
  });

  it.each([
    ['another model', 'MODEL_UNAVAILABLE', { model_id: 'BAAI/bge-reranker-base' }, 200, []],
    ['a refused key', 'MODEL_UNAVAILABLE', {}, 401, {}],
    ['too few scores', 'PROCESSING_FAILED', {}, 200, [{ index: 0, score: 1 }]],
    [
      'a score twice',
      'PROCESSING_FAILED',
      {},
      200,
      [
        { index: 0, score: 1 },
        { index: 0, score: 2 },
      ],
    ],
    ['a busy server', 'DEPENDENCY_UNAVAILABLE', {}, 429, {}],
  ])('tell %s as %s', async (_, code, info, status, answer) => {
    const port = await otherServer((request, response) => {
      if (request.url !== '/info') response.writeHead(status);
      response.end(JSON.stringify(request.url === '/info' ? info : answer));
    });
    await expect(rerankerAt(port).score('q', ['a', 'b'])).rejects.toMatchObject({ code });
  });

  it('tell a server that is away, and a model that this machine cannot have', async () => {
    await expect(rerankerAt(1).score('q', ['a'])).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
    const none = createRerankModel({ modelId: 'tiny/none', modelDir, hubUrl: 'http://127.0.0.1:1/' });
    const without = await startModelHost({
      apiKey: 'the-key',
      embedder: createHashingEmbedder(),
      reranker: none,
      port: 0,
      host: '127.0.0.1',
    });
    const code = 'MODEL_UNAVAILABLE';
    await expect(rerankerAt(without.port, 'tiny/none').score('q', ['a'])).rejects.toMatchObject({ code });
    await without.stop();
  });
});
