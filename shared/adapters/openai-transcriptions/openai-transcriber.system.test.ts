import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tones } from '#testing/sound/tones.ts';
import { createOpenAiTranscriber } from './openai-transcriber.ts';
import { decodeWav } from './wav-bytes.ts';

const SOUND = tones([{ seconds: 1.5, hertz: 440 }]);
let server: Server;
let url: string;
let answer: { status: number; body: unknown };
let seen: { authorization: string | undefined; form: FormData };

async function record(request: IncomingMessage): Promise<void> {
  const headers = { 'content-type': request.headers['content-type'] ?? '' };
  const form = await new Response(await buffer(request), { headers }).formData();
  seen = { authorization: request.headers.authorization, form };
}

beforeAll(async () => {
  server = createServer((request, response) => {
    record(request).then(
      () => response.writeHead(answer.status).end(JSON.stringify(answer.body)),
      () => response.writeHead(400).end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
});
afterAll(() => server.close());

function transcribe(status: number, body: unknown, language?: string) {
  answer = { status, body };
  const transcriber = createOpenAiTranscriber({ url, apiKey: 'sk-1', modelId: 'whisper-1', timeoutMs: 5_000 });
  return transcriber.transcribe(SOUND, { language });
}

describe('a transcription server', () => {
  it('is sent the sound as WAV, and answers segments and a language by name or code', async () => {
    const segments = [
      { id: 0, start: 0, end: 0.9, text: ' Hello', tokens: [1] },
      { id: 1, start: 0.9, end: null, text: ' there' },
    ];
    expect(
      await transcribe(200, { language: 'english', duration: '1.5', text: 'Hello there', segments }, 'en'),
    ).toEqual({
      language: 'en',
      segments: [
        { startSeconds: 0, endSeconds: 0.9, text: ' Hello' },
        { startSeconds: 0.9, endSeconds: undefined, text: ' there' },
      ],
    });
    expect(seen.authorization).toBe('Bearer sk-1');
    expect(Object.fromEntries([...seen.form].filter(([name]) => name !== 'file'))).toEqual({
      model: 'whisper-1',
      response_format: 'verbose_json',
      'timestamp_granularities[]': 'segment',
      language: 'en',
    });
    const sent = decodeWav(await (seen.form.get('file') as File).bytes());
    expect(sent?.length).toBe(SOUND.length);
    expect(sent?.[100]).toBeCloseTo(SOUND[100] ?? 0, 3);
    for (const [told, code] of Object.entries({
      mandarin: 'zh',
      Welsh: 'cy',
      hebrew: 'he',
      'pt-BR': 'pt',
      klingonese: undefined,
    })) {
      expect((await transcribe(200, { language: told, segments: [] })).language).toBe(code);
    }
  });

  it('without segments still places the words in the window', async () => {
    expect(await transcribe(200, { text: 'Hello there' })).toEqual({
      language: undefined,
      segments: [{ startSeconds: 0, endSeconds: 1.5, text: 'Hello there' }],
    });
  });

  it.each([
    [401, { error: 'key sk-1 is wrong' }, 'MODEL_UNAVAILABLE', /TRANSCRIPTION_API_KEY/],
    [404, { error: { message: 'no' } }, 'MODEL_UNAVAILABLE', /WHISPER_MODEL.*reprocess/],
    [
      404,
      { error: { code: 'model_unavailable', message: 'Copy it, then reprocess.' } },
      'MODEL_UNAVAILABLE',
      /^Copy it/,
    ],
    [400, { error: 'no' }, 'PROCESSING_FAILED', /HTTP 400/],
    [200, { segments: 'none' }, 'PROCESSING_FAILED', /did not return a transcription/],
    [429, {}, 'DEPENDENCY_UNAVAILABLE', /transcription server/],
    [503, {}, 'DEPENDENCY_UNAVAILABLE', /transcription server/],
  ])('that answers %i %j means %s', async (status, body, code, message) => {
    const error = await transcribe(status, body).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(String(error)).not.toContain('sk-1');
  });

  it('that is not there is an outage', async () => {
    const transcriber = createOpenAiTranscriber({ url: 'http://127.0.0.1:9', modelId: 'whisper-1', timeoutMs: 5_000 });
    await expect(transcriber.transcribe(SOUND)).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
  });
});
