import { randomWeights } from '../random.ts';
import { bertVocabulary, FIRST_WORD_ID, writeBertFiles } from './bert-files.ts';
import { constant, node, onnxModel } from './onnx-writer.ts';

export interface TinyModelOptions {
  modelDir: string;
  modelId: string;
  /** Words with a vector of their own; other words are spelt in single characters, which weigh a tenth. */
  words: readonly string[];
  /** Of these, words that mean the same and share one vector. */
  synonyms?: readonly (readonly string[])[];
  dimensions?: number;
  maxTokens?: number;
  /** `model_quantized.onnx` is what the embedder asks for first. */
  file?: 'model.onnx' | 'model_quantized.onnx';
}

/**
 * A real ONNX model of some kilobytes with its tokenizer: every token's vector is looked up, and the mean over the text
 * is added to each, so that the first token's vector and the mean over the tokens both stand for the text, and differ.
 * Texts that share words are alike. Returns its folder.
 */
export async function writeTinyEmbeddingModel(options: TinyModelOptions): Promise<string> {
  const {
    modelDir,
    modelId,
    words,
    synonyms = [],
    dimensions = 32,
    maxTokens = 64,
    file = 'model_quantized.onnx',
  } = options;
  const vocabulary = bertVocabulary(words);
  const random = randomWeights(7);
  const table = new Float32Array(vocabulary.length * dimensions);
  vocabulary.forEach((token, id) => {
    if (id < FIRST_WORD_ID && token !== '[CLS]') return;
    // The mark of the first token tells the two ways of pooling apart.
    const weight = token === '[CLS]' || token.replace('##', '').length === 1 ? 0.1 : 1;
    for (let i = 0; i < dimensions; i += 1) table[id * dimensions + i] = weight * random();
  });
  const ids = { type: 'int64', dims: ['batch', 'sequence'] } as const;
  for (const [first, ...others] of synonyms) {
    const from = vocabulary.indexOf(first ?? '') * dimensions;
    for (const other of others) table.copyWithin(vocabulary.indexOf(other) * dimensions, from, from + dimensions);
  }
  const bytes = onnxModel({
    inputs: [
      { name: 'input_ids', ...ids },
      { name: 'attention_mask', ...ids },
    ],
    outputs: [{ name: 'last_hidden_state', type: 'float', dims: ['batch', 'sequence', dimensions] }],
    constants: [
      constant('table', [vocabulary.length, dimensions], table),
      constant('axis_1', [1], BigInt64Array.of(1n)),
      constant('axis_2', [1], BigInt64Array.of(2n)),
    ],
    nodes: [
      node('Gather', ['table', 'input_ids'], ['looked_up'], { axis: 0 }),
      node('Cast', ['attention_mask'], ['mask_float'], { to: 1 }),
      node('Unsqueeze', ['mask_float', 'axis_2'], ['mask']),
      node('Mul', ['looked_up', 'mask'], ['masked']),
      node('ReduceSum', ['masked', 'axis_1'], ['sum'], { keepdims: 1 }),
      node('ReduceSum', ['mask', 'axis_1'], ['count'], { keepdims: 1 }),
      node('Div', ['sum', 'count'], ['mean']),
      node('Add', ['masked', 'mean'], ['last_hidden_state']),
    ],
  });
  return writeBertFiles({ modelDir, modelId, vocabulary, dimensions, maxTokens, weights: { file, bytes } });
}
