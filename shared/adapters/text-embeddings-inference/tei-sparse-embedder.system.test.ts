import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ModelHost, startModelHost } from '#model-server/server.ts';
import { createSparseModel, type SparseModel } from '#model-server/sparse-model.ts';
import { createHashingEmbedder } from '#shared/adapters/hashing/hashing-embedder.ts';
import { writeTinySpladeModel } from '#testing/models/tiny-splade-model.ts';
import { createTeiSparseEmbedder } from './tei-sparse-embedder.ts';

const MODEL = 'tiny/splade';
let modelDir: string;
let model: SparseModel;
let host: ModelHost;
beforeAll(async () => {
  modelDir = await mkdtemp(path.join(os.tmpdir(), 'omnirag-splade-'));
  await writeTinySpladeModel({ modelDir, modelId: MODEL, words: ['car', 'wing', 'garage'] });
  model = createSparseModel({ modelId: MODEL, modelDir, hubUrl: 'http://127.0.0.1:1/' });
  host = await startModelHost({
    apiKey: 'the-key',
    embedder: createHashingEmbedder(),
    sparse: model,
    port: 0,
    host: '127.0.0.1',
  });
});
afterAll(async () => {
  await host.stop();
  await model.dispose();
  await rm(modelDir, { recursive: true, force: true });
});

const embedderOf = (modelId = MODEL, port = host.port) =>
  createTeiSparseEmbedder({ url: `http://127.0.0.1:${port}`, apiKey: 'the-key', modelId, timeoutMs: 5_000 });

describe('sparse vectors over HTTP', () => {
  it('of the model host are those of the model, one a text', async () => {
    const texts = ['car garage', 'wing', ''];
    const vectors = await embedderOf().embed(texts);
    expect(vectors).toEqual(await (await model.get()).embed(texts));
    expect(vectors[0]?.indices.length).toBeGreaterThan(1);
    expect(await embedderOf().embed([])).toEqual([]);
  });

  it('come in the shape of Text Embeddings Inference, whose single input is a text alone', async () => {
    const response = await fetch(`http://127.0.0.1:${host.port}/embed_sparse`, {
      method: 'POST',
      headers: { authorization: 'Bearer the-key' },
      body: JSON.stringify({ inputs: 'car' }),
    });
    const [vector] = await embedderOf().embed(['car']);
    expect(await response.json()).toEqual([vector?.indices.map((index, at) => ({ index, value: vector.values[at] }))]);
  });

  it('tell another model, and a server that is away', async () => {
    await expect(embedderOf('tiny/other').embed(['car'])).rejects.toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      message: expect.stringContaining('serves the model "tiny/splade", not "tiny/other"'),
    });
    await expect(embedderOf(MODEL, 1).embed(['car'])).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
  });
});
