import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPictureModel, type PictureModel } from '#model-server/picture-model.ts';
import { type ModelHost, startModelHost } from '#model-server/server.ts';
import { createHashingEmbedder } from '#shared/adapters/hashing/hashing-embedder.ts';
import { BLUE, makePlainPng, RED } from '#testing/documents/make-plain-png.ts';
import { type HubServer, startHubServer } from '#testing/models/hub-server.ts';
import { writeTinyClipModel } from '#testing/models/tiny-clip-model.ts';
import { createOpenAiImageEmbedder } from './openai-image-embedder.ts';

let folder: string;
let hub: HubServer;
const running: { host: ModelHost; pictures: PictureModel | undefined }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'omnirag-pictures-'));
  await writeTinyClipModel({ modelDir: path.join(folder, 'hub'), modelId: 'tiny/clip' });
  hub = await startHubServer(path.join(folder, 'hub'));
});
afterAll(async () => {
  for (const { host, pictures } of running) {
    await host.stop();
    await pictures?.dispose();
  }
  await hub.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Our model host with the model of pictures in `modelDir`, downloaded from `hubUrl` when it is not there. */
async function embedderOf(modelDir: string, { hubUrl = hub.url, modelId = 'tiny/clip', serves = true } = {}) {
  const pictures = serves ? createPictureModel({ modelId: 'tiny/clip', modelDir, hubUrl }) : undefined;
  const host = await startModelHost({
    apiKey: 'the-key',
    embedder: createHashingEmbedder(),
    pictures,
    port: 0,
    host: '127.0.0.1',
  });
  running.push({ host, pictures });
  return createOpenAiImageEmbedder({
    url: `http://127.0.0.1:${host.port}/v1`,
    apiKey: 'the-key',
    modelId,
    timeoutMs: 20_000,
  });
}

const alike = (a: readonly number[] = [], b: readonly number[] = []): number =>
  a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);

describe('vectors of pictures over the embeddings protocol', () => {
  it('come from the model host, which fetches its model when the first picture comes', async () => {
    const embedder = await embedderOf(path.join(folder, 'fetched'));
    expect(hub.requests).toEqual([]);
    const [red, blue] = await embedder.embedImages([await makePlainPng(RED), await makePlainPng(BLUE)]);
    expect(hub.requests.length).toBeGreaterThan(0);
    const described = await embedder.embedDescription('something red');
    expect(alike(described, red)).toBeGreaterThan(0.8);
    expect(alike(described, blue)).toBeLessThan(0);
    expect(await embedder.describe()).toEqual({ id: 'tiny/clip', dimensions: 4 });
    expect(await embedder.embedImages([])).toEqual([]);
  });

  it('say that there is no model where none can be had, and find it once it is there', async () => {
    const modelDir = path.join(folder, 'offline');
    const embedder = await embedderOf(modelDir, { hubUrl: 'http://127.0.0.1:1/' });
    const unavailable = { code: 'MODEL_UNAVAILABLE', message: expect.stringContaining('tiny/clip') };
    await expect(embedder.embedImages([await makePlainPng(RED)])).rejects.toMatchObject(unavailable);
    await expect(embedder.embedDescription('red')).rejects.toMatchObject(unavailable);
    await writeTinyClipModel({ modelDir, modelId: 'tiny/clip' });
    expect(await embedder.embedImages([await makePlainPng(RED)])).toHaveLength(1);
  });

  it('tell bad input, another model and a server that is away apart', async () => {
    const modelDir = path.join(folder, 'fetched');
    const embedder = await embedderOf(modelDir);
    await expect(embedder.embedImages([new TextEncoder().encode('none')])).rejects.toMatchObject({
      code: 'PROCESSING_FAILED',
    });
    const other = await embedderOf(modelDir, { modelId: 'other/clip-b' });
    await expect(other.embedImages([await makePlainPng(RED)])).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    const textsOnly = await embedderOf(modelDir, { serves: false });
    await expect(textsOnly.embedImages([await makePlainPng(RED)])).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    const away = createOpenAiImageEmbedder({ url: 'http://127.0.0.1:1', modelId: 'tiny/clip', timeoutMs: 500 });
    await expect(away.embedDescription('red')).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
    const open = () => createOpenAiImageEmbedder({ url: 'http://u:p@host', modelId: 'tiny/clip', timeoutMs: 500 });
    expect(open).toThrow('IMAGE_EMBEDDING_URL');
  });
});
