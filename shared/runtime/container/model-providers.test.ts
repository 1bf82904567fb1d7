import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Reranker } from '#shared/ports/reranker.ts';
import { readConfig } from '#shared/runtime/config.ts';
import { writeTinyCrossEncoder } from '#testing/models/tiny-cross-encoder.ts';
import { buildModel } from './model-providers.ts';

const MODEL = 'tiny/cross-encoder';

let modelDir: string;
let asked: string[];
beforeEach(async () => {
  modelDir = await mkdtemp(path.join(os.tmpdir(), 'omnirag-providers-'));
  asked = [];
  vi.stubGlobal('fetch', async (url: string | URL) => {
    asked.push(new URL(url).host);
    throw new TypeError('fetch failed');
  });
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await rm(modelDir, { recursive: true, force: true });
});

function buildReranker(settings: Record<string, string>): Reranker {
  const config = readConfig({
    PUBLIC_URL: 'http://localhost:3000',
    STREAM_URL: 'http://localhost:3001',
    DATABASE_URL: 'postgres://omnirag@localhost/omnirag',
    QDRANT_URL: 'http://localhost:6333',
    JWT_SECRET: randomBytes(32).toString('hex'),
    APP_ENCRYPTION_KEY: randomBytes(32).toString('hex'),
    MODEL_DIR: modelDir,
    RERANK_MODEL: MODEL,
    ...settings,
  });
  return buildModel('reranker', config, MODEL);
}

it('in production a model is read from files and never downloaded, and a load that failed is tried again', async () => {
  const reranker = buildReranker({ OMNIRAG_ENV: 'production' });
  await expect(reranker.score('car', ['car'])).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
  expect(asked).toEqual([]);
  await writeTinyCrossEncoder({ modelDir, modelId: MODEL, words: ['car', 'wing'] });
  const scores = await reranker.score('car', ['car', 'wing']);
  expect(scores[0]).toBeGreaterThan(scores[1] ?? Number.NaN);
  // From here on it is in this process.
  await rm(modelDir, { recursive: true });
  expect(await reranker.score('car', ['car', 'wing'])).toEqual(scores);
});

it('on a machine of one’s own files that are missing are downloaded', async () => {
  const reranker = buildReranker({ OMNIRAG_ENV: 'local' });
  await expect(reranker.score('car', ['car'])).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
  expect(new Set(asked)).toEqual(new Set(['huggingface.co']));
});

it('where the settings name a server, that is asked, whatever files are there', async () => {
  await writeTinyCrossEncoder({ modelDir, modelId: MODEL, words: ['car', 'wing'] });
  const reranker = buildReranker({ RERANK_URL: 'http://reranker.example:8080' });
  await expect(reranker.score('car', ['car'])).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
  expect(new Set(asked)).toEqual(new Set(['reranker.example:8080']));
});
