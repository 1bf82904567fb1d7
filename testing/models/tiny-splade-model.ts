import { randomWeights } from '../random.ts';
import { bertVocabulary, FIRST_WORD_ID, writeBertFiles } from './bert-files.ts';
import { constant, node, onnxModel } from './onnx-writer.ts';

export interface TinySpladeOptions {
  modelDir: string;
  modelId: string;
  /** Words with a token of their own; other words are spelt in single characters. */
  words: readonly string[];
  /** What a word stands for besides itself. */
  expansions?: Readonly<Record<string, readonly string[]>>;
  /** Names of inputs and outputs: as exporters choose them, or as BERT's first publication did. */
  names?: 'exported' | 'original';
  /** Whether `[CLS]`, which every text has, is a word with a weight. */
  weighsSpecial?: boolean;
  maxTokens?: number;
}

const NAMES = {
  exported: ['input_ids', 'attention_mask', 'token_type_ids', 'logits'],
  original: ['input_ids', 'input_mask', 'segment_ids', 'output'],
} as const;
const ITSELF = 2;
const EXPANDED = 1.5;

/**
 * A real masked language model of some hundred kilobytes: a token's logits are 2 for itself, 1.5 for what it stands for,
 * and below 0 for all other words, some noise and the mean over the text added; `[PAD]`, which no text holds, has 5 for
 * every word. Returns its folder.
 */
export async function writeTinySpladeModel(options: TinySpladeOptions): Promise<string> {
  const {
    modelDir,
    modelId,
    words,
    expansions = {},
    names = 'exported',
    weighsSpecial = false,
    maxTokens = 64,
  } = options;
  const vocabulary = bertVocabulary(words);
  const width = vocabulary.length;
  const random = randomWeights(13);
  const table = Float32Array.from({ length: width * width }, () => -1 + 0.2 * random());
  vocabulary.forEach((token, id) => {
    const row = table.subarray(id * width, (id + 1) * width);
    if (token === '[PAD]') row.fill(5);
    if (id >= FIRST_WORD_ID || (weighsSpecial && token === '[CLS]')) row[id] = ITSELF;
    for (const other of expansions[token] ?? []) row[vocabulary.indexOf(other)] = EXPANDED;
  });
  const [ids, mask, types, logits] = NAMES[names];
  const bytes = onnxModel({
    inputs: [ids, mask, types].map((name) => ({ name, type: 'int64' as const, dims: ['batch', 'sequence'] })),
    outputs: [{ name: logits, type: 'float', dims: ['batch', 'sequence', width] }],
    constants: [
      constant('table', [width, width], table),
      constant('axis_1', [1], BigInt64Array.of(1n)),
      constant('axis_2', [1], BigInt64Array.of(2n)),
      constant('little', [1], Float32Array.of(0.1)),
    ],
    nodes: [
      node('Gather', ['table', ids], ['looked_up'], { axis: 0 }),
      // Types shift nothing, but a model of BERT's kind asks for them.
      node('Mul', [types, types], ['types_used']),
      node('Sub', [types, 'types_used'], ['no_types']),
      node('Add', [mask, 'no_types'], ['mask_whole']),
      node('Cast', ['mask_whole'], ['mask_float'], { to: 1 }),
      node('Unsqueeze', ['mask_float', 'axis_2'], ['mask_column']),
      node('Mul', ['looked_up', 'mask_column'], ['masked']),
      node('ReduceSum', ['masked', 'axis_1'], ['sum'], { keepdims: 1 }),
      node('ReduceSum', ['mask_column', 'axis_1'], ['count'], { keepdims: 1 }),
      node('Div', ['sum', 'count'], ['mean']),
      node('Mul', ['mean', 'little'], ['context']),
      node('Add', ['looked_up', 'context'], [logits]),
    ],
  });
  const weights = { file: 'model_quantized.onnx', bytes } as const;
  return writeBertFiles({ modelDir, modelId, vocabulary, dimensions: width, maxTokens, weights });
}
