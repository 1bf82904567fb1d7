import { readdir, rename, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '#shared/errors/app-error.ts';
import { type HubServer, startHubServer } from '#testing/models/hub-server.ts';
import { writeTinyEmbeddingModel } from '#testing/models/tiny-embedding-model.ts';
import { tempFolders } from '#testing/temp-folders.ts';
import { missingModelFiles } from './model-files.ts';
import { createTokenizer } from './tokenizer.ts';
import { createTransformersEmbedder } from './transformers-embedder.ts';

const WORDS = 'the invoice must be paid in thirty days wing slipstream of an aeroplane query passage'.split(' ');
const dot = (a: readonly number[] = [], b: readonly number[] = []) => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);

let hubFolder: string;
let hub: HubServer;
const freshFolder = tempFolders();

beforeAll(async () => {
  hubFolder = await freshFolder();
  await writeTinyEmbeddingModel({ modelDir: hubFolder, modelId: 'tiny/words', words: WORDS });
  await writeTinyEmbeddingModel({ modelDir: hubFolder, modelId: 'tiny/unquantised', words: WORDS, file: 'model.onnx' });
  // Named as known models, so that the registry's pooling, prefixes and sizes apply.
  const known = { modelDir: hubFolder, words: WORDS, dimensions: 384 };
  await writeTinyEmbeddingModel({ ...known, modelId: 'tiny/bge-small-en-v1.5' });
  await writeTinyEmbeddingModel({ ...known, modelId: 'tiny/multilingual-e5-small' });
  await writeTinyEmbeddingModel({ modelDir: hubFolder, modelId: 'tiny/bge-large-en-v1.5', words: WORDS });
  hub = await startHubServer(hubFolder);
});

afterAll(async () => {
  await hub.stop();
});

const load = (modelId: string) => createTransformersEmbedder({ modelId, modelDir: hubFolder, allowRemote: false });

async function failure(promise: Promise<unknown>): Promise<AppError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AppError)) throw new Error(`Expected an AppError, got ${String(error)}`);
  return error;
}

describe('a model in this process', () => {
  it('tells its size and window from its own files when no registry knows it', async () => {
    const embedder = await load('tiny/words');
    expect(await embedder.describe()).toEqual({ id: 'tiny/words', dimensions: 32, maxTokens: 64 });
    await embedder.dispose();
  });

  it('finds texts with shared words alike and others not, in the order given', async () => {
    const embedder = await load('tiny/words');
    const vectors = await embedder.embedPassages([
      'the invoice must be paid',
      'wing slipstream',
      'an invoice paid in thirty days, be it in an aeroplane or in the slipstream of the wing of an aeroplane',
      'invoice paid',
    ]);
    expect(vectors.every((vector) => Math.abs(dot(vector, vector) - 1) < 1e-5)).toBe(true);
    expect(dot(vectors[0], vectors[3])).toBeGreaterThan(0.5);
    expect(dot(vectors[0], vectors[1])).toBeLessThan(0.3);
    const [alone] = await embedder.embedPassages(['wing slipstream']);
    expect(dot(vectors[1], alone)).toBeCloseTo(1, 4);
    await embedder.dispose();
  });

  it('gives the same vectors to many callers at once as to each alone', async () => {
    const embedder = await load('tiny/words');
    const texts = WORDS.map((word, i) => `${word} ${WORDS.slice(0, i).join(' ')}`);
    const together = await Promise.all(texts.map((text) => embedder.embedPassages([text])));
    const batch = await embedder.embedPassages(texts);
    batch.forEach((vector, i) => {
      expect(dot(vector, together[i]?.[0])).toBeCloseTo(1, 4);
    });
    await embedder.dispose();
  });

  it('pools by the first token for bge, and puts its prefix on queries alone', async () => {
    const [bge, mean] = [await load('tiny/bge-small-en-v1.5'), await load('tiny/multilingual-e5-small')];
    const [passage] = await bge.embedPassages(['the invoice']);
    const [raw] = await bge.embedTexts(['the invoice']);
    expect(passage).toEqual(raw);
    const query = await bge.embedQuery('the invoice');
    expect(dot(query, raw)).toBeLessThan(0.999);
    const [prefixed] = await bge.embedTexts(['Represent this sentence for searching relevant passages: the invoice']);
    expect(dot(query, prefixed)).toBeCloseTo(1, 5);
    // The same weights: only the way of pooling differs.
    const [other] = await mean.embedTexts(['the invoice']);
    expect(dot(raw, other)).toBeLessThan(0.9999);
    expect(dot(raw, other)).toBeGreaterThan(0.8);
    expect(await mean.embedQuery('wing')).toEqual((await mean.embedTexts(['query: wing']))[0]);
    expect((await mean.embedPassages(['wing']))[0]).toEqual((await mean.embedTexts(['passage: wing']))[0]);
    await Promise.all([bge.dispose(), mean.dispose()]);
  });

  it('cuts texts at its window, and keeps the closing special token', async () => {
    const embedder = await load('tiny/words');
    const [cut, exact] = await embedder.embedPassages(['wing '.repeat(5000), 'wing '.repeat(62)]);
    expect(dot(cut, exact)).toBeCloseTo(1, 5);
    await embedder.dispose();
    const tokenizer = await createTokenizer({ modelId: 'tiny/words', modelDir: hubFolder, allowRemote: false });
    const ids = tokenizer.encode('wing '.repeat(5000), 10);
    expect([ids.length, ids[0], ids.at(-1)]).toEqual([10, 2, 3]);
    expect(tokenizer.encode('', 10)).toEqual([2, 3]);
  });

  it('counts tokens without special ones, also without the model', async () => {
    const tokenizer = await createTokenizer({ modelId: 'tiny/words', modelDir: hubFolder, allowRemote: false });
    expect(await tokenizer.countTokens(['the invoice, xy!', '', 'wing'])).toEqual([6, 0, 1]);
    const [tokens] = await tokenizer.tokenize(['the invoice, xy!']);
    expect(tokens?.map((token) => token.text)).toEqual(['the', 'invoice', ',', 'x', '##y', '!']);
  });

  it('takes any text: none, blank, control characters, lone surrogates, other scripts', async () => {
    const embedder = await load('tiny/words');
    for (const vector of await embedder.embedPassages(['', ' ', '\u0000\ud800', '東京', 'x'.repeat(5000), '[PAD]'])) {
      expect(vector.every(Number.isFinite)).toBe(true);
    }
    await embedder.dispose();
  });

  it('takes unquantised weights where there are no others', async () => {
    const embedder = await load('tiny/unquantised');
    expect((await embedder.describe()).dimensions).toBe(32);
    await embedder.dispose();
  });

  it('is refused with both sizes named when its vectors are not what its name promises', async () => {
    const error = await failure(load('tiny/bge-large-en-v1.5'));
    expect(error.code).toBe('EMBEDDING_SIZE_MISMATCH');
    expect(error.message).toContain('32');
    expect(error.message).toContain('1024');
  });
});

describe('model files', () => {
  it('that are missing are named, with the way to get them, and nothing is asked of any hub', async () => {
    const modelDir = await freshFolder();
    const asked = hub.requests.length;
    const error = await failure(
      createTransformersEmbedder({ modelId: 'tiny/words', modelDir, allowRemote: false, hubUrl: hub.url }),
    );
    expect(error.code).toBe('MODEL_UNAVAILABLE');
    expect(error.message).toMatch(/config\.json.*model_quantized\.onnx.*MODEL_DIR\/tiny\/words/);
    expect(hub.requests.length).toBe(asked);
  });

  it('are downloaded once, with progress, and then found without the hub', async () => {
    const modelDir = await freshFolder();
    const seen = new Map<string, number>();
    const embedder = await createTransformersEmbedder({
      modelId: 'tiny/words',
      modelDir,
      allowRemote: true,
      hubUrl: hub.url,
      onProgress: ({ file, fraction }) => seen.set(file, fraction),
    });
    await embedder.dispose();
    expect(seen.get('onnx/model_quantized.onnx')).toBe(1);
    expect(await missingModelFiles(modelDir, 'tiny/words')).toEqual([]);
    const again = await createTransformersEmbedder({ modelId: 'tiny/words', modelDir, allowRemote: false });
    expect((await again.describe()).dimensions).toBe(32);
    await again.dispose();
  });

  it('fall back to unquantised weights on the hub', async () => {
    const modelDir = await freshFolder();
    const modelId = 'tiny/unquantised';
    const embedder = await createTransformersEmbedder({ modelId, modelDir, allowRemote: true, hubUrl: hub.url });
    expect((await embedder.describe()).dimensions).toBe(32);
    await embedder.dispose();
  });

  it('of a download that broke off leave nothing that looks like a model, and the next start goes on', async () => {
    const modelDir = await freshFolder();
    const source = { modelId: 'tiny/words', modelDir, allowRemote: true, hubUrl: hub.url };
    hub.spoil('tiny/words/onnx/model_quantized.onnx', (response, bytes) => {
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
    });
    const error = await failure(createTransformersEmbedder(source));
    expect(error.code).toBe('MODEL_UNAVAILABLE');
    expect(error.message).toContain('could not be downloaded');
    expect(await readdir(path.join(modelDir, 'tiny/words/onnx'))).toEqual([]);
    hub.spoil('tiny/words/onnx/model_quantized.onnx', undefined);
    const asked = hub.requests.length;
    const embedder = await createTransformersEmbedder(source);
    expect(hub.requests.slice(asked)).toEqual(['tiny/words/onnx/model_quantized.onnx']);
    await embedder.dispose();
  });

  it('left by a killed download are removed when nobody can still be writing them', async () => {
    const modelDir = await freshFolder();
    await writeTinyEmbeddingModel({ modelDir, modelId: 'tiny/words', words: WORDS });
    const onnx = path.join(modelDir, 'tiny/words/onnx');
    const [stale, fresh] = ['model.onnx.123.0a1b2c3d.part', 'model.onnx.124.0a1b2c3d.part'];
    for (const name of [stale, fresh]) await writeFile(path.join(onnx, name), 'half');
    const anHourAgo = new Date(Date.now() - 3_600_000);
    await utimes(path.join(onnx, stale), anHourAgo, anHourAgo);
    const embedder = await createTransformersEmbedder({ modelId: 'tiny/words', modelDir, allowRemote: false });
    await embedder.dispose();
    expect((await readdir(onnx)).sort()).toEqual([fresh, 'model_quantized.onnx'].sort());
  });

  it('that are damaged are an error that says what to do', async () => {
    for (const file of ['onnx/model_quantized.onnx', 'tokenizer.json', 'config.json']) {
      const modelDir = await freshFolder();
      const folder = await writeTinyEmbeddingModel({ modelDir, modelId: 'tiny/words', words: WORDS });
      await writeFile(path.join(folder, file), '<html>Please sign in</html>');
      const error = await failure(createTransformersEmbedder({ modelId: 'tiny/words', modelDir, allowRemote: false }));
      expect(error.code).toBe('MODEL_UNAVAILABLE');
      expect(error.message).toContain('Delete MODEL_DIR/tiny/words');
    }
  });

  it('of a model the hub has not are told apart from a hub that does not answer', async () => {
    const modelDir = await freshFolder();
    const unknown = { modelId: 'tiny/typo', modelDir, allowRemote: true, hubUrl: hub.url };
    expect((await failure(createTransformersEmbedder(unknown))).message).toContain('Check EMBEDDING_MODEL');
    const stopped = await startHubServer(hubFolder);
    await stopped.stop();
    const error = await failure(createTransformersEmbedder({ ...unknown, hubUrl: stopped.url }));
    expect(error.message).toContain('could not be downloaded');
  });

  it('of zero bytes count as missing', async () => {
    const modelDir = await freshFolder();
    const folder = await writeTinyEmbeddingModel({ modelDir, modelId: 'tiny/words', words: WORDS });
    await rename(path.join(folder, 'config.json'), path.join(folder, 'config.away'));
    await writeFile(path.join(folder, 'config.json'), '');
    expect(await missingModelFiles(modelDir, 'tiny/words')).toEqual(['config.json']);
  });
});
