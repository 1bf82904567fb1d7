import type { IncomingMessage } from 'node:http';
import { decodeWav } from '#shared/adapters/openai-transcriptions/wav-bytes.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { MAX_SPEECH_SECONDS, SPEECH_SAMPLE_RATE } from '#shared/ports/transcriber.ts';
import { RequestError } from './requests.ts';
import type { SpeechModel } from './speech.ts';

/** 30 s of samples and the form around them. */
const MAX_BODY_BYTES = 2 * 1024 ** 2;

/**
 * `POST /v1/audio/transcriptions` as OpenAI describes it with `response_format=verbose_json`, for what our own functions
 * send: at most 30 s of 16-bit mono WAV of 16 kHz. The end of a segment is null where the model left it open.
 * @throws RequestError; AppError DEPENDENCY_UNAVAILABLE while the model is being loaded
 */
export async function answerTranscription(
  speech: SpeechModel,
  request: IncomingMessage,
  signal: AbortSignal,
): Promise<object> {
  const form = await readForm(request);
  const model = form.get('model');
  if (typeof model === 'string' && model !== speech.id) {
    const message = `The model \`${model}\` is not available on this server. It has \`${speech.id}\`.`;
    throw new RequestError(404, 'model_not_found', message, 'model');
  }
  const file = form.get('file');
  const samples = file instanceof File ? decodeWav(await file.bytes()) : undefined;
  if (samples === undefined || samples.length > MAX_SPEECH_SECONDS * SPEECH_SAMPLE_RATE) {
    const message = `\`file\` must be up to ${MAX_SPEECH_SECONDS} s of WAV: mono, ${SPEECH_SAMPLE_RATE} Hz, 16 bits.`;
    throw new RequestError(400, 'invalid_request', message, 'file');
  }
  const language = form.get('language');
  const said = await speech
    .transcribe(samples, { language: typeof language === 'string' ? language : undefined, signal })
    .catch((error: unknown) => {
      if (!(error instanceof AppError) || error.code !== 'MODEL_UNAVAILABLE') throw error;
      throw new RequestError(404, 'model_unavailable', error.message, 'model');
    });
  return {
    task: 'transcribe',
    language: said.language,
    duration: samples.length / SPEECH_SAMPLE_RATE,
    text: said.segments.map(({ text }) => text).join(''),
    segments: said.segments.map(({ startSeconds, endSeconds, text }, id) => ({
      id,
      start: startSeconds,
      end: endSeconds ?? null,
      text,
    })),
  };
}

async function readForm(request: IncomingMessage): Promise<FormData> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) {
      throw new RequestError(413, 'too_large', `The request is larger than ${MAX_BODY_BYTES / 1024 ** 2} MiB.`);
    }
    chunks.push(chunk);
  }
  const headers = { 'content-type': request.headers['content-type'] ?? '' };
  return new Response(Buffer.concat(chunks), { headers }).formData().catch(() => {
    throw new RequestError(400, 'invalid_request', 'The body must be multipart/form-data.');
  });
}
