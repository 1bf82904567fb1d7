import { cp } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHashingEmbedder } from '#shared/adapters/hashing/hashing-embedder.ts';
import { createOpenAiTranscriber } from '#shared/adapters/openai-transcriptions/openai-transcriber.ts';
import { encodeWav } from '#shared/adapters/openai-transcriptions/wav-bytes.ts';
import { type HubServer, startHubServer } from '#testing/models/hub-server.ts';
import { writeTinyWhisper } from '#testing/models/tiny-whisper.ts';
import { tones } from '#testing/sound/tones.ts';
import { tempFolders } from '#testing/temp-folders.ts';
import { type ModelHost, startModelHost } from './server.ts';
import { createSpeechModel, type SpeechModel, type SpeechModelOptions } from './speech.ts';

const SOUND = tones([{ seconds: 2, hertz: 400 }]);
const MODEL = 'tiny/whisper';
const freshFolder = tempFolders();
let hubFolder: string;
let hub: HubServer;
let unreachable: string;

beforeAll(async () => {
  hubFolder = await freshFolder();
  await writeTinyWhisper({ modelDir: hubFolder, modelId: MODEL, phrases: [{ hertz: 400, words: ['gannets'] }] });
  hub = await startHubServer(hubFolder);
  const stopped = await startHubServer(hubFolder);
  await stopped.stop();
  unreachable = stopped.url;
});
afterAll(async () => {
  await hub.stop();
});

async function withModel(
  options: Partial<SpeechModelOptions>,
  use: (model: SpeechModel, modelDir: string, told: string[]) => Promise<void>,
): Promise<void> {
  const modelDir = await freshFolder();
  const told: string[] = [];
  const model = createSpeechModel({
    ...{ modelId: MODEL, modelDir, hubUrl: hub.url, progress: (text) => told.push(text) },
    ...options,
  });
  await use(model, modelDir, told);
  await model.dispose();
}

describe('the speech model of a machine', () => {
  it('is fetched once, when the first recording comes', async () => {
    const before = hub.requests.length;
    await withModel({}, async (model, _, told) => {
      expect(hub.requests).toHaveLength(before);
      const heard = await Promise.all([model.transcribe(SOUND), model.transcribe(SOUND)]);
      expect(heard.map(({ segments }) => segments[0]?.text)).toEqual([' gannets', ' gannets']);
      expect(told.filter((text) => text.startsWith('Loading'))).toHaveLength(1);
      expect(told.some((text) => text.includes('Downloading tiny/whisper (onnx/'))).toBe(true);
    });
  });

  it('is found as soon as somebody has put it there', async () => {
    await withModel({ hubUrl: unreachable }, async (model, modelDir) => {
      await expect(model.transcribe(SOUND)).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
      await cp(path.join(hubFolder, MODEL), path.join(modelDir, MODEL), { recursive: true });
      expect((await model.transcribe(SOUND)).segments).toHaveLength(1);
    });
  });

  it('that the hub does not know is a name to check', async () => {
    await withModel({ modelId: 'tiny/typo' }, async (model) => {
      await expect(model.transcribe(SOUND)).rejects.toMatchObject({
        code: 'MODEL_UNAVAILABLE',
        message: expect.stringContaining('Check WHISPER_MODEL'),
      });
    });
  });

  it('that is long on its way keeps nobody waiting', async () => {
    let release = (): void => undefined;
    hub.spoil(`${MODEL}/tokenizer.json`, (response, bytes) => {
      release = () => response.end(bytes);
    });
    await withModel({ patienceMs: 300 }, async (model) => {
      await expect(model.transcribe(SOUND)).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
      release();
      hub.spoil(`${MODEL}/tokenizer.json`, undefined);
      await expect.poll(() => model.transcribe(SOUND).catch(() => undefined), { timeout: 20_000 }).toBeDefined();
    });
  });
});

describe('POST /v1/audio/transcriptions', () => {
  let host: ModelHost;
  let speech: SpeechModel;
  let url: string;
  beforeAll(async () => {
    speech = createSpeechModel({ modelId: MODEL, modelDir: hubFolder, hubUrl: unreachable, progress: () => undefined });
    host = await startModelHost({
      apiKey: 'the-key',
      embedder: createHashingEmbedder(),
      port: 0,
      host: '127.0.0.1',
      speech,
    });
    url = `http://127.0.0.1:${host.port}`;
  });
  afterAll(async () => {
    await host.stop();
    await speech.dispose();
  });

  const post = async (body: FormData | string) => {
    const response = await fetch(`${url}/v1/audio/transcriptions`, {
      method: 'POST',
      body,
      headers: { authorization: 'Bearer the-key' },
    });
    return { status: response.status, body: await response.json() };
  };
  const form = (bytes: Uint8Array<ArrayBuffer>, model = MODEL): FormData => {
    const data = new FormData();
    data.append('file', new File([bytes], 'a.wav'));
    data.append('model', model);
    return data;
  };

  it('answers as OpenAI does, to the adapter and to anybody', async () => {
    expect(await post(form(encodeWav(SOUND)))).toEqual({
      status: 200,
      body: {
        ...{ task: 'transcribe', language: 'en', duration: 2, text: ' gannets' },
        segments: [{ id: 0, start: 0, end: 1, text: ' gannets' }],
      },
    });
    const adapter = createOpenAiTranscriber({ url, apiKey: 'the-key', modelId: MODEL, timeoutMs: 10_000 });
    expect(await adapter.transcribe(SOUND, { language: 'de' })).toEqual({
      language: 'de',
      segments: [{ startSeconds: 0, endSeconds: 1, text: ' gannets' }],
    });
  });

  it.each([
    ['another model', 404, () => form(encodeWav(SOUND), 'tiny/other')],
    ['something else than sound', 400, () => form(Uint8Array.from([1, 2, 3]))],
    ['more than 30 s', 400, () => form(encodeWav(new Float32Array(31 * 16_000)))],
    ['more than it takes', 413, () => form(new Uint8Array(3 * 1024 ** 2))],
    ['no form', 400, () => 'sound'],
  ])('refuses %s', async (_, status, body) => {
    expect((await post(body()).catch(() => ({ status: 413 }))).status).toBe(status);
    expect((await post(form(encodeWav(SOUND)))).status).toBe(200);
  });
});
