import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHubServer } from '#testing/models/hub-server.ts';
import { writeTinyWhisper } from '#testing/models/tiny-whisper.ts';
import { tones } from '#testing/sound/tones.ts';
import { createTransformersTranscriber, type LocalTranscriber } from './transformers-transcriber.ts';

const PHRASES = [
  { hertz: 400, words: ['gannets', 'dive'] },
  { hertz: 2_000, words: ['puffins', 'dig'] },
];
let modelDir: string;
let transcriber: LocalTranscriber;

beforeAll(async () => {
  modelDir = await mkdtemp(path.join(os.tmpdir(), 'omnirag-whisper-'));
  await writeTinyWhisper({ modelDir, modelId: 'tiny/whisper', phrases: PHRASES, language: 'cy' });
  transcriber = await createTransformersTranscriber({ modelId: 'tiny/whisper', modelDir, allowRemote: false });
});
afterAll(async () => {
  await transcriber.dispose();
  await rm(modelDir, { recursive: true, force: true });
});

describe('a Whisper model in this process', () => {
  it('tells words, seconds and the language of a window', async () => {
    const heard = await Promise.all([
      transcriber.transcribe(tones([{ seconds: 5, hertz: 2_000 }])),
      transcriber.transcribe(tones([{ seconds: 30, hertz: 400 }])),
    ]);
    expect(heard).toEqual([
      { language: 'cy', segments: [{ startSeconds: 0, endSeconds: 1, text: ' puffins dig' }] },
      { language: 'cy', segments: [{ startSeconds: 0, endSeconds: 1, text: ' gannets dive' }] },
    ]);
  });

  it('keeps to the language that it is told, where the model knows it', async () => {
    const sound = tones([{ seconds: 2, hertz: 400 }]);
    expect(await transcriber.transcribe(sound, { language: 'de' })).toMatchObject({ language: 'de' });
    expect(await transcriber.transcribe(sound, { language: 'xx' })).toMatchObject({ language: 'cy' });
  });

  it('is fetched file by file from a hub where it is allowed', async () => {
    const hub = await startHubServer(modelDir);
    const target = await mkdtemp(path.join(os.tmpdir(), 'omnirag-whisper-'));
    try {
      const source = { modelId: 'tiny/whisper', modelDir: target, hubUrl: hub.url };
      const fetched = await createTransformersTranscriber({ ...source, allowRemote: true });
      expect((await fetched.transcribe(tones([{ seconds: 2, hertz: 400 }]))).segments).toHaveLength(1);
      await fetched.dispose();
      const again = await createTransformersTranscriber({ ...source, allowRemote: false });
      await again.dispose();
      expect(hub.requests).toHaveLength(7);
    } finally {
      await hub.stop();
      await rm(target, { recursive: true, force: true });
    }
  });

  it('says what to do where the model is missing or damaged', async () => {
    const source = { modelDir, allowRemote: false };
    await expect(createTransformersTranscriber({ ...source, modelId: 'tiny/none' })).rejects.toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      message: expect.stringMatching(/encoder_model_quantized\.onnx.*MODEL_DIR\/tiny\/none.*reprocess/),
    });
    const folder = await writeTinyWhisper({ modelDir, modelId: 'tiny/broken', phrases: PHRASES });
    await writeFile(path.join(folder, 'onnx', 'encoder_model_quantized.onnx'), 'nonsense');
    await expect(createTransformersTranscriber({ ...source, modelId: 'tiny/broken' })).rejects.toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      message: expect.stringContaining('may be damaged'),
    });
  });
});
