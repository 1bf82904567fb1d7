import { AutoTokenizer, env, LogLevel } from '@xenova/transformers';
import type { ModelToken } from '#shared/pipeline/embed/raw-model.ts';
import { damagedModel, ensureModelFiles, type ModelSource } from './model-files.ts';

export interface Tokenizer {
  /** Tokens of each text, without special tokens. */
  countTokens(texts: readonly string[]): Promise<number[]>;
  /** Tokens of each text, without special tokens. */
  tokenize(texts: readonly string[]): Promise<ModelToken[][]>;
  /** Ids of a text with special tokens around it, cut to `maxTokens` in all. */
  encode(text: string, maxTokens: number): number[];
  padId: number;
  /** What the tokenizer's configuration says; undefined when it says nothing sensible. */
  maxTokens: number | undefined;
}

// Some configurations say 10³⁰ for "never asked".
const ABSURD_LENGTH = 1_000_000;

/**
 * A model's own tokenizer without the model, e.g. to chunk by its tokens in a process that embeds nothing.
 * @throws AppError MODEL_UNAVAILABLE
 */
export async function createTokenizer(source: ModelSource): Promise<Tokenizer> {
  const { folder } = await ensureModelFiles(source, 'tokenizer');
  // It would warn about configurations of no consequence on the console of whoever runs the function.
  env.logLevel = LogLevel.ERROR;
  const tokenizer = await AutoTokenizer.from_pretrained(folder, { local_files_only: true }).catch((error: unknown) => {
    throw damagedModel(source, error);
  });
  const bare = (text: string): number[] => tokenizer.encode(text, { add_special_tokens: false });

  // The library cuts at the end, and with it the closing special token that models were trained to see; so special
  // tokens are put on here, as the tokenizer itself puts them around a sample.
  const sample = tokenizer.encode('a');
  const body = bare('a');
  const start = sample.findIndex((_, at) => body.every((id, i) => sample[at + i] === id));
  const before = sample.slice(0, Math.max(0, start));
  const after = sample.slice(Math.max(0, start) + body.length);

  const declared: unknown = tokenizer.model_max_length;
  return {
    countTokens: async (texts) => texts.map((text) => bare(text).length),
    tokenize: async (texts) =>
      texts.map((text) => {
        const ids = bare(text);
        return tokenizer
          .tokenize(text)
          .map((token, i) => ({ id: ids[i] ?? 0, text: token, special: false, start: null, stop: null }));
      }),
    encode(text, maxTokens) {
      const room = Math.max(0, maxTokens - before.length - after.length);
      return [...before, ...bare(text).slice(0, room), ...after];
    },
    padId: tokenizer.pad_token_id ?? 0,
    maxTokens: typeof declared === 'number' && declared < ABSURD_LENGTH ? declared : undefined,
  };
}
