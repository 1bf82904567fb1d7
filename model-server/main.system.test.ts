import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeTinyCrossEncoder } from '#testing/models/tiny-cross-encoder.ts';
import { writeTinyEmbeddingModel } from '#testing/models/tiny-embedding-model.ts';
import { writeTinySpladeModel } from '#testing/models/tiny-splade-model.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const running: ChildProcess[] = [];
let modelDir: string;

beforeAll(async () => {
  modelDir = await mkdtemp(path.join(os.tmpdir(), 'omnirag-host-'));
  await writeTinyEmbeddingModel({ modelDir, modelId: 'tiny/words', words: ['wing', 'invoice'] });
  await writeTinyCrossEncoder({ modelDir, modelId: 'tiny/cross-encoder', words: ['wing', 'invoice'] });
  await writeTinySpladeModel({ modelDir, modelId: 'tiny/splade', words: ['wing', 'invoice'] });
});
afterAll(async () => {
  for (const child of running) if (child.exitCode === null) child.kill('SIGKILL');
  await rm(modelDir, { recursive: true, force: true });
});

interface Message {
  type: string;
  text?: string;
  message?: string;
  details?: { port: number; model: string; builtIn: boolean };
}

async function start(environment: Record<string, string>) {
  const child = fork(MAIN, {
    env: { PATH: process.env.PATH, MODEL_DIR: modelDir, MODEL_HOST_KEY: 'the-key', ...environment },
  });
  running.push(child);
  const messages: Message[] = [];
  for (;;) {
    const [message] = (await once(child, 'message')) as [Message];
    messages.push(message);
    if (message.type !== 'progress') return { child, last: message, messages };
  }
}

describe('the model host as a process', () => {
  it('serves the model in MODEL_DIR on a free port and ends on SIGTERM', async () => {
    const { child, last } = await start({
      EMBEDDING_MODEL: 'tiny/words',
      RERANK_MODEL: 'tiny/cross-encoder',
      SPARSE_MODEL: 'tiny/splade',
      MODEL_PORT: '',
      OMNIRAG_LIVE_MODEL: 'tiny/words+tiny/another',
    });
    expect(last).toMatchObject({ type: 'ready', details: { model: 'tiny/words', builtIn: false } });
    const post = async (path: string, body: object) => {
      const options = { method: 'POST', headers: { authorization: 'Bearer the-key' }, body: JSON.stringify(body) };
      return (await fetch(`http://127.0.0.1:${last.details?.port}${path}`, options)).status;
    };
    expect(await post('/v1/embeddings', { input: ['wing', 'invoice'], model: 'tiny/words' })).toBe(200);
    expect(await post('/rerank', { query: 'wing', texts: ['invoice'] })).toBe(200);
    expect(await post('/embed_sparse', { inputs: ['wing'] })).toBe(200);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('ends when its supervisor is gone', async () => {
    const { child } = await start({ EMBEDDING_MODEL: 'hashing-384' });
    child.disconnect();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('reports an unusable model as fatal, in a sentence', async () => {
    const { child, last } = await start({ EMBEDDING_MODEL: 'tiny/words', MODEL_PORT: 'many' });
    expect(last.type).toBe('fatal');
    expect(last.message).toContain('MODEL_PORT');
    await once(child, 'exit');
    expect(child.exitCode).toBe(1);
  });
});
