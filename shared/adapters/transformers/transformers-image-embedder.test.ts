import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BLUE, DARK_RED, makePlainPng, RED } from '#testing/documents/make-plain-png.ts';
import { writeTinyClipModel } from '#testing/models/tiny-clip-model.ts';
import { createTransformersImageEmbedder, type LocalImageEmbedder } from './transformers-image-embedder.ts';

let modelDir: string;
let embedder: LocalImageEmbedder;

beforeAll(async () => {
  modelDir = await mkdtemp(path.join(os.tmpdir(), 'omnirag-clip-'));
  await writeTinyClipModel({ modelDir, modelId: 'tiny/clip' });
  embedder = await createTransformersImageEmbedder({ modelId: 'tiny/clip', modelDir, allowRemote: false });
});
afterAll(async () => {
  await embedder.dispose();
  await rm(modelDir, { recursive: true, force: true });
});

const alike = (a: readonly number[] = [], b: readonly number[] = []): number =>
  a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);

describe('CLIP through the transformers library', () => {
  it('puts pictures near the descriptions that fit them, and near like pictures', async () => {
    const pictures = [await makePlainPng(RED), await makePlainPng(DARK_RED), await makePlainPng(BLUE)];
    const [red, redAgain, blue] = await embedder.embedImages(pictures);
    const described = await embedder.embedDescription('A red flower');
    expect(alike(red, red)).toBeCloseTo(1, 5);
    expect(alike(red, redAgain)).toBeGreaterThan(0.9);
    expect(alike(described, red)).toBeGreaterThan(0.8);
    expect(alike(described, blue)).toBeLessThan(0);
    expect(Math.abs(alike(await embedder.embedDescription('quarterly invoice'), red))).toBeLessThan(0.01);
    expect(await embedder.describe()).toEqual({ id: 'tiny/clip', dimensions: 4 });
    expect(await embedder.embedImages([])).toEqual([]);
  });

  it('cuts a description that is longer than the window of the model', async () => {
    expect(
      alike(await embedder.embedDescription('red '.repeat(500)), await embedder.embedDescription('red')),
    ).toBeGreaterThan(0.8);
  });

  it('refuses bytes that are no picture, and goes on with the next', async () => {
    await expect(embedder.embedImages([new TextEncoder().encode('no picture')])).rejects.toMatchObject({
      code: 'PROCESSING_FAILED',
    });
    expect(await embedder.embedImages([await makePlainPng(BLUE)])).toHaveLength(1);
  });

  it('takes weights that are not quantised, and says what is missing or damaged', async () => {
    await writeTinyClipModel({ modelDir, modelId: 'tiny/full', quantized: false });
    const full = await createTransformersImageEmbedder({ modelId: 'tiny/full', modelDir, allowRemote: false });
    expect((await full.describe()).dimensions).toBe(4);
    await full.dispose();
    await rm(path.join(modelDir, 'tiny/full/onnx/vision_model.onnx'));
    const load = () => createTransformersImageEmbedder({ modelId: 'tiny/full', modelDir, allowRemote: false });
    await expect(load()).rejects.toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      message: expect.stringContaining('missing: onnx/text_model_quantized.onnx, onnx/vision_model_quantized.onnx'),
    });
    await writeFile(path.join(modelDir, 'tiny/full/onnx/vision_model.onnx'), 'no model');
    await expect((await load()).embedImages([await makePlainPng(RED)])).rejects.toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      message: expect.stringContaining('Delete MODEL_DIR/tiny/full'),
    });
  });
});
