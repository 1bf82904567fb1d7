import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HubServer, startHubServer } from '#testing/models/hub-server.ts';
import { writeTinyEmbeddingModel } from '#testing/models/tiny-embedding-model.ts';
import { tempFolders } from '#testing/temp-folders.ts';
import { chooseModel } from './choose-model.ts';
import { askHub } from './hub.ts';

const freshFolder = tempFolders();
let hub: HubServer;
let unreachable: string;

beforeAll(async () => {
  const hubFolder = await freshFolder();
  await writeTinyEmbeddingModel({ modelDir: hubFolder, modelId: 'tiny/words', words: ['wing'] });
  hub = await startHubServer(hubFolder);
  const stopped = await startHubServer(hubFolder);
  await stopped.stop();
  unreachable = stopped.url;
});
afterAll(async () => {
  await hub.stop();
});

interface Wish {
  wanted: string;
  live?: string;
  modelDir?: string;
  hubUrl?: string;
}

async function choose({ wanted, live, modelDir, hubUrl = unreachable }: Wish) {
  const told: { text: string; fraction: number | undefined }[] = [];
  const chosen = await chooseModel({
    wanted,
    live,
    modelDir: modelDir ?? (await freshFolder()),
    hubUrl,
    progress: (text, fraction) => told.push({ text, fraction }),
  });
  const { id } = await chosen.embedder.describe();
  await chosen.embedder.dispose();
  return { id, builtIn: chosen.builtIn, told, text: told.map((each) => each.text).join('\n') };
}

describe('the choice of the embedding model', () => {
  it('is the wanted one, downloaded with progress, when the hub has it', async () => {
    const modelDir = await freshFolder();
    const first = await choose({ wanted: 'tiny/words', modelDir, hubUrl: hub.url });
    expect(first).toMatchObject({ id: 'tiny/words', builtIn: false });
    expect(first.told.at(-1)).toEqual({ text: 'Downloading tiny/words (onnx/model_quantized.onnx)', fraction: 1 });
    const second = await choose({ wanted: 'tiny/words', modelDir });
    expect(second).toMatchObject({ id: 'tiny/words', builtIn: false, told: [] });
  });

  it('is the stand-in without files and hub, with two lines that say so and what to do', async () => {
    const { id, builtIn, text } = await choose({ wanted: 'tiny/words' });
    expect({ id, builtIn }).toEqual({ id: 'hashing-384', builtIn: true });
    expect(text.split('\n')).toHaveLength(2);
    expect(text).toMatch(/hub cannot be reached.*hashing-384/);
    expect(text).toMatch(/To use the real model, copy its files to .*tiny\/words/);
  });

  it('is the stand-in when it is asked for, and says so without regret', async () => {
    const { id, builtIn, text } = await choose({ wanted: 'hashing-384', hubUrl: hub.url });
    expect({ id, builtIn }).toEqual({ id: 'hashing-384', builtIn: true });
    expect(text).toContain('as set in EMBEDDING_MODEL');
    expect(text).not.toContain('cannot be reached');
  });

  it('stays the stand-in while the index holds its vectors, even when the real one could be had', async () => {
    const { id, text } = await choose({ wanted: 'tiny/words', live: 'hashing-384', hubUrl: hub.url });
    expect(id).toBe('hashing-384');
    expect(text).toContain('stays in use');
    expect(text).toContain('tiny/words');
  });

  it('stays the model that filled the index, whatever is wanted now', async () => {
    const { id, builtIn, text } = await choose({ wanted: 'hashing-384', live: 'tiny/words', hubUrl: hub.url });
    expect({ id, builtIn }).toEqual({ id: 'tiny/words', builtIn: false });
    expect(text).toContain('built with tiny/words');
  });

  it('fails when the model that filled the index cannot be had: nothing ever mixes two models', async () => {
    await expect(choose({ wanted: 'tiny/words', live: 'tiny/words' })).rejects.toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      message: expect.stringMatching(/built with "tiny\/words", which cannot be loaded/),
    });
  });

  it('fails for a name that the hub does not know', async () => {
    await expect(choose({ wanted: 'tiny/typo', hubUrl: hub.url })).rejects.toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      message: expect.stringContaining('Check EMBEDDING_MODEL'),
    });
  });

  it('fails for files that are there and damaged, also without a hub', async () => {
    const modelDir = await freshFolder();
    const folder = await writeTinyEmbeddingModel({ modelDir, modelId: 'tiny/words', words: ['wing'] });
    await writeFile(path.join(folder, 'onnx/model_quantized.onnx'), 'not a model');
    await expect(choose({ wanted: 'tiny/words', modelDir })).rejects.toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      message: expect.stringContaining('Delete MODEL_DIR/tiny/words'),
    });
  });

  it('is the stand-in when a download was interrupted earlier and the hub is gone now', async () => {
    const modelDir = await freshFolder();
    const folder = await writeTinyEmbeddingModel({ modelDir, modelId: 'tiny/words', words: ['wing'] });
    await rm(path.join(folder, 'onnx/model_quantized.onnx'));
    expect((await choose({ wanted: 'tiny/words', modelDir })).id).toBe('hashing-384');
  });
});

describe('asking the hub', () => {
  it('tells a hub that has the model from one that has not', async () => {
    expect(await askHub(hub.url, 'tiny/words')).toBe('found');
    expect(await askHub(hub.url.replace(/\/$/, ''), 'tiny/words')).toBe('found');
    expect(await askHub(hub.url, 'tiny/typo')).toBe('no-such-model');
  });

  it('takes a refused connection, a name that does not resolve, a sign-in page and silence for no hub', async () => {
    expect(await askHub(unreachable, 'tiny/words')).toBe('unreachable');
    expect(await askHub('http://hub.invalid/', 'tiny/words')).toBe('unreachable');
    hub.spoil('tiny/words/config.json', (response) => response.writeHead(200).end('<html>Sign in</html>'));
    expect(await askHub(hub.url, 'tiny/words')).toBe('unreachable');
    hub.spoil('tiny/words/config.json', (response) => response.writeHead(407).end());
    expect(await askHub(hub.url, 'tiny/words')).toBe('unreachable');
    hub.spoil('tiny/words/config.json', () => undefined);
    expect(await askHub(hub.url, 'tiny/words', 50)).toBe('unreachable');
    hub.spoil('tiny/words/config.json', undefined);
  });
});
