import { z } from 'zod';
import { createEndpoint, type EndpointAnswer, type EndpointOptions } from '#shared/adapters/model-server/endpoint.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { SPEECH_SAMPLE_RATE, type Transcriber, type Transcript } from '#shared/ports/transcriber.ts';
import { languageCode } from './language-code.ts';
import { encodeWav } from './wav-bytes.ts';

export interface OpenAiTranscriberOptions extends Omit<EndpointOptions, 'names'> {
  /** Sent as `model`. */
  modelId: string;
}

const NAMES = {
  server: 'transcription server',
  urlSetting: 'TRANSCRIPTION_URL',
  keySetting: 'TRANSCRIPTION_API_KEY',
};

/** `response_format=verbose_json`; our model host says `null` where the model left the end open. */
const answerSchema = z.object({
  language: z.string().nullish(),
  text: z.string().optional(),
  segments: z
    .array(z.object({ start: z.number().min(0), end: z.number().min(0).nullish(), text: z.string() }))
    .nullish(),
});

const errorSchema = z.object({ error: z.object({ code: z.literal('model_unavailable'), message: z.string() }) });

/**
 * Transcriptions of any server that speaks OpenAI's `POST /v1/audio/transcriptions` with segments: our model host,
 * speaches, LocalAI, vLLM, a vendor. Nothing is retried: callers know whether they may wait.
 *
 * Errors: DEPENDENCY_UNAVAILABLE when the server does not answer or is busy; MODEL_UNAVAILABLE when it refuses the key or
 * has no such model; PROCESSING_FAILED when it refuses this sound or answers nonsense to it.
 */
export function createOpenAiTranscriber(options: OpenAiTranscriberOptions): Transcriber {
  const endpoint = createEndpoint({ ...options, names: NAMES });

  function refused({ status, body }: EndpointAnswer): AppError {
    const told = errorSchema.safeParse(body);
    // Of our own making, and what to do stands in it.
    if (status === 404 && told.success) return new AppError('MODEL_UNAVAILABLE', { detail: told.data.error.message });
    if (status === 401 || status === 403) {
      return unavailable(`rejected the key (HTTP ${status}); check TRANSCRIPTION_API_KEY`);
    }
    if (status === 404) return unavailable(`does not serve the model "${options.modelId}"; check WHISPER_MODEL`);
    return failed(`rejected the request for the model "${options.modelId}" (HTTP ${status})`);
  }

  const unavailable = (what: string): AppError =>
    new AppError('MODEL_UNAVAILABLE', {
      detail: `The transcription server at ${endpoint.name} ${what}, then reprocess the file.`,
    });
  const failed = (what: string): AppError =>
    new AppError('PROCESSING_FAILED', { detail: `The transcription server at ${endpoint.name} ${what}.` });

  return {
    async transcribe(samples, { language, signal } = {}): Promise<Transcript> {
      const form = new FormData();
      form.append('file', new File([encodeWav(samples)], 'speech.wav', { type: 'audio/wav' }));
      form.append('model', options.modelId);
      form.append('response_format', 'verbose_json');
      form.append('timestamp_granularities[]', 'segment');
      if (language !== undefined) form.append('language', language);
      const answer = await endpoint.request('POST', 'v1/audio/transcriptions', form, {}, signal);
      if (answer.status !== 200) throw refused(answer);
      const parsed = answerSchema.safeParse(answer.body);
      if (!parsed.success) throw failed('did not return a transcription');
      const { segments, text } = parsed.data;
      return {
        language: languageCode(parsed.data.language ?? undefined),
        // A server that knows no segments still places the words within these seconds.
        segments: (segments ?? [{ start: 0, end: samples.length / SPEECH_SAMPLE_RATE, text: text ?? '' }]).map(
          (each) => ({
            startSeconds: each.start,
            endSeconds: each.end ?? undefined,
            text: each.text,
          }),
        ),
      };
    },
  };
}
