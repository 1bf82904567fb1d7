import { AutoTokenizer, env, LogLevel, type PreTrainedTokenizer } from '@xenova/transformers';
import type { ModelToken } from '#shared/ports/raw-model.ts';
import { damagedModel, ensureModelFiles, type ModelSource } from './model-files.ts';

export interface Tokenizer {
  /** Tokens of each text, without special tokens. */
  countTokens(texts: readonly string[]): Promise<number[]>;
  /** Tokens of each text, without special tokens. */
  tokenize(texts: readonly string[]): Promise<ModelToken[][]>;
  /** Ids of a text with special tokens around it, cut to `maxTokens` in all. */
  encode(text: string, maxTokens: number): number[];
  /**
   * Ids of two texts with special tokens around and between them, and to which of the two each belongs (all 0 for models
   * that are not told). Of what does not fit `maxTokens`, the longer text is cut first.
   */
  encodePair(first: string, second: string, maxTokens: number): { ids: number[]; types: number[] };
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
  const start = Math.max(0, findRun(sample, body, 0));
  const before = sample.slice(0, start);
  const after = sample.slice(start + body.length);
  let pair: PairTemplate | undefined;

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
    encodePair(first, second, maxTokens) {
      pair ??= pairTemplate(tokenizer, body);
      const room = Math.max(0, maxTokens - pair.special);
      const [head, tail] = cutLonger(bare(first), bare(second), room);
      const ids = [...pair.before, ...head, ...pair.between, ...tail, ...pair.after];
      return { ids, types: pair.typesOf(head.length, tail.length) };
    },
    padId: tokenizer.pad_token_id ?? 0,
    maxTokens: typeof declared === 'number' && declared < ABSURD_LENGTH ? declared : undefined,
  };
}

/** Where `run` stands in `list` from `from` on; −1 when it does not. */
function findRun(list: readonly number[], run: readonly number[], from: number): number {
  return list.findIndex((_, at) => at >= from && run.every((id, i) => list[at + i] === id));
}

interface PairTemplate {
  before: number[];
  between: number[];
  after: number[];
  /** How many tokens these are together. */
  special: number;
  /** To which text the tokens belong when the texts have so many. */
  typesOf(first: number, second: number): number[];
}

/** What the tokenizer itself puts around two texts, read off a sample of which `body` is each text. */
function pairTemplate(tokenizer: PreTrainedTokenizer, body: readonly number[]): PairTemplate {
  const encoded = tokenizer('a', { text_pair: 'a', return_tensor: false }) as {
    input_ids: number[];
    token_type_ids?: number[];
  };
  const { input_ids: ids, token_type_ids: types = ids.map(() => 0) } = encoded;
  const first = findRun(ids, body, 0);
  const second = findRun(ids, body, first + body.length);
  if (first < 0 || second < 0) throw new Error('The tokenizer cannot combine two texts.');
  const parts = [
    [0, first],
    [first + body.length, second],
    [second + body.length, ids.length],
  ] as const;
  const [before = [], between = [], after = []] = parts.map(([from, to]) => ids.slice(from, to));
  const [typesBefore = [], typesBetween = [], typesAfter = []] = parts.map(([from, to]) => types.slice(from, to));
  const repeat = (times: number, type = 0): number[] => Array.from({ length: times }, () => type);
  return {
    before,
    between,
    after,
    special: before.length + between.length + after.length,
    typesOf: (one, two) => [
      ...typesBefore,
      ...repeat(one, types[first]),
      ...typesBetween,
      ...repeat(two, types[second]),
      ...typesAfter,
    ],
  };
}

/** Both within `room` together; each keeps at least half of it where it has so much. */
function cutLonger(first: number[], second: number[], room: number): [number[], number[]] {
  const half = Math.ceil(room / 2);
  const kept = Math.min(first.length, Math.max(half, room - second.length));
  return [first.slice(0, kept), second.slice(0, room - kept)];
}
