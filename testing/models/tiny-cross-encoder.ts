import { bertVocabulary, writeBertFiles } from './bert-files.ts';
import { constant, node, onnxModel } from './onnx-writer.ts';

export interface TinyCrossEncoderOptions {
  modelDir: string;
  modelId: string;
  /** Words with a token of their own; other words are spelt in single characters. */
  words: readonly string[];
  /** Of these, words that mean the same. */
  synonyms?: readonly (readonly string[])[];
  maxTokens?: number;
}

/**
 * A real cross-encoder of some kilobytes: its score is Σ (times a token stands in the question) · (times it stands in
 * the passage), words of one meaning being one token and `[SEP]` counting like any other; special tokens but this one
 * count nothing. So a score tells to which text each token was said to belong. Returns its folder.
 */
export async function writeTinyCrossEncoder(options: TinyCrossEncoderOptions): Promise<string> {
  const { modelDir, modelId, words, synonyms = [], maxTokens = 64 } = options;
  const vocabulary = bertVocabulary(words);
  const width = vocabulary.length;
  const meaning = new Map(synonyms.flatMap((group) => group.map((word) => [word, group[0] ?? word])));
  const table = new Float32Array(width * width);
  vocabulary.forEach((token, id) => {
    if (['[PAD]', '[CLS]', '[UNK]', '[MASK]'].includes(token)) return;
    table[id * width + vocabulary.indexOf(meaning.get(token) ?? token)] = 1;
  });
  const ids = { type: 'int64', dims: ['batch', 'sequence'] } as const;
  const countsOf = (weights: string, name: string) => [
    node('Unsqueeze', [weights, 'axis_2'], [`${name}_column`]),
    node('Mul', ['looked_up', `${name}_column`], [`${name}_tokens`]),
    node('ReduceSum', [`${name}_tokens`, 'axis_1'], [name], { keepdims: 0 }),
  ];
  const bytes = onnxModel({
    inputs: ['input_ids', 'attention_mask', 'token_type_ids'].map((name) => ({ name, ...ids })),
    outputs: [{ name: 'logits', type: 'float', dims: ['batch', 1] }],
    constants: [
      constant('table', [width, width], table),
      constant('axis_1', [1], BigInt64Array.of(1n)),
      constant('axis_2', [1], BigInt64Array.of(2n)),
    ],
    nodes: [
      node('Gather', ['table', 'input_ids'], ['looked_up'], { axis: 0 }),
      node('Cast', ['attention_mask'], ['mask'], { to: 1 }),
      node('Cast', ['token_type_ids'], ['types'], { to: 1 }),
      node('Mul', ['mask', 'types'], ['second']),
      node('Sub', ['mask', 'second'], ['first']),
      ...countsOf('first', 'question'),
      ...countsOf('second', 'passage'),
      node('Mul', ['question', 'passage'], ['both']),
      node('ReduceSum', ['both', 'axis_1'], ['logits'], { keepdims: 1 }),
    ],
  });
  const weights = { file: 'model_quantized.onnx', bytes } as const;
  return writeBertFiles({ modelDir, modelId, vocabulary, dimensions: width, maxTokens, weights });
}
