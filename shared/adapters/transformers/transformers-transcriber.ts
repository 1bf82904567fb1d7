import {
  AutoModelForSpeechSeq2Seq,
  AutomaticSpeechRecognitionPipeline,
  AutoProcessor,
  AutoTokenizer,
  env,
  LogLevel,
  type PreTrainedModel,
  type Processor,
  Tensor,
} from '@xenova/transformers';
import { z } from 'zod';
import type { Transcriber, Transcript } from '#shared/ports/transcriber.ts';
import type { ModelSource } from './model-files.ts';
import { ensureSpeechFiles, speechModelDamaged } from './speech-model-files.ts';

/** As Whisper itself: half its context. Faster speech than this is read in two windows. */
const MOST_TOKENS = 224;
// See transformers-embedder.ts: spinning threads take the processor from the rest of a small machine.
const SESSION = { extra: { session: { intra_op: { allow_spinning: '0' } } } };

/** What of the model's generation_config.json is needed to find out the language. */
const generationSchema = z.object({
  is_multilingual: z.boolean().default(false),
  decoder_start_token_id: z.number(),
  lang_to_id: z.record(z.string(), z.number()).default({}),
});

const answerSchema = z.object({
  chunks: z.array(z.object({ timestamp: z.tuple([z.number().nullable(), z.number().nullable()]), text: z.string() })),
});

export interface LocalTranscriber extends Transcriber {
  dispose(): Promise<void>;
}

/**
 * A Whisper model in this process through the transformers library and the ONNX runtime; one window at a time however
 * many callers there are.
 * @throws AppError MODEL_UNAVAILABLE when the files are missing, damaged or cannot be downloaded
 */
export async function createTransformersTranscriber(source: ModelSource): Promise<LocalTranscriber> {
  const { folder, dtype } = await ensureSpeechFiles(source);
  // It would warn about every window on the console of whoever runs the function.
  env.logLevel = LogLevel.ERROR;
  const parts = await loadParts(folder, dtype).catch((error: unknown) => {
    throw speechModelDamaged(source.modelId, error);
  });
  const recognize = new AutomaticSpeechRecognitionPipeline({ task: 'automatic-speech-recognition', ...parts });
  let busy: Promise<unknown> = Promise.resolve();

  async function run(samples: Float32Array, wanted: string | undefined): Promise<Transcript> {
    const { model, processor } = parts;
    const generation = generationSchema.parse(model.generation_config);
    const { is_multilingual } = generation;
    const known = wanted !== undefined && `<|${wanted}|>` in generation.lang_to_id ? wanted : undefined;
    const language = is_multilingual ? (known ?? (await detectLanguage(model, processor, samples, generation))) : 'en';
    const answer = await recognize(samples, {
      return_timestamps: true,
      // Windows are made by the caller; given a bound, the library makes none of its own.
      max_new_tokens: MOST_TOKENS,
      ...(is_multilingual ? { language, task: 'transcribe' } : {}),
    });
    const { chunks } = answerSchema.parse(answer);
    return {
      language,
      segments: chunks.map(({ timestamp: [start, end], text }) => ({
        startSeconds: start ?? 0,
        endSeconds: end ?? undefined,
        text,
      })),
    };
  }

  return {
    transcribe(samples, { language, signal } = {}) {
      const turn = busy.then(() => {
        signal?.throwIfAborted();
        return run(samples, language);
      });
      busy = turn.catch(() => undefined);
      return turn;
    },
    async dispose() {
      await busy;
      await parts.model.dispose();
    },
  };
}

async function loadParts(folder: string, dtype: 'q8' | 'fp32') {
  const local = { local_files_only: true };
  const [tokenizer, processor, model] = await Promise.all([
    AutoTokenizer.from_pretrained(folder, local),
    AutoProcessor.from_pretrained(folder, local),
    AutoModelForSpeechSeq2Seq.from_pretrained(folder, { ...local, dtype, session_options: SESSION }),
  ]);
  return { tokenizer, processor, model };
}

/** The library takes English where no language is given. Whisper itself tells it as the first token after the start. */
async function detectLanguage(
  model: PreTrainedModel,
  processor: Processor,
  samples: Float32Array,
  { decoder_start_token_id, lang_to_id }: z.output<typeof generationSchema>,
): Promise<string> {
  const { input_features } = await processor(samples);
  const { logits } = await model({
    input_features,
    decoder_input_ids: new Tensor('int64', BigInt64Array.of(BigInt(decoder_start_token_id)), [1, 1]),
  });
  const scores: Float32Array = logits.data;
  let best = { token: '<|en|>', score: Number.NEGATIVE_INFINITY };
  for (const [token, id] of Object.entries(lang_to_id)) {
    const score = scores[id] ?? Number.NEGATIVE_INFINITY;
    if (score > best.score) best = { token, score };
  }
  return best.token.slice(2, -2);
}
