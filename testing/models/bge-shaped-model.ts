import { bertVocabulary, writeBertFiles } from './bert-files.ts';
import { node, onnxModel } from './onnx-writer.ts';
import { transformerGraph } from './transformer-graph.ts';

const WIDTH = 384;
const HEADS = 12;
const LAYERS = 12;
const VOCABULARY = 30_522;
const POSITIONS = 512;

/**
 * A model of bge-small's shape (12 layers, 384 wide, 12 heads, eight-bit weights) with random weights, 80 MB: its cost
 * in time and memory is the real one's, its vectors mean nothing. Returns its folder.
 */
export async function writeBgeShapedModel(modelDir: string, modelId: string): Promise<string> {
  const graph = transformerGraph({ seed: 11, width: WIDTH, heads: HEADS });
  const { constants, nodes, op, randomFloats, integers, scalar, normalise } = graph;
  const length = op('Slice', [op('Shape', ['input_ids']), integers(1), integers(2)]);
  const positions = op('Slice', [randomFloats([POSITIONS, WIDTH], 0.05), integers(0), length, integers(0)]);
  const words = op('Gather', [randomFloats([VOCABULARY, WIDTH], 0.05), 'input_ids'], { axis: 0 });
  let hidden = normalise(op('Add', [words, positions]));
  const mask = op('Unsqueeze', [op('Cast', ['attention_mask'], { to: 1 }), integers(1, 2)]);
  const masking = op('Mul', [op('Sub', [scalar(1), mask]), scalar(-10_000)]);
  for (let layer = 0; layer < LAYERS; layer += 1) hidden = graph.layer(hidden, masking);
  nodes.push(node('Identity', [hidden], ['last_hidden_state']));

  const ids = { type: 'int64', dims: ['batch', 'sequence'] } as const;
  const bytes = onnxModel({
    inputs: [
      { name: 'input_ids', ...ids },
      { name: 'attention_mask', ...ids },
    ],
    outputs: [{ name: 'last_hidden_state', type: 'float', dims: ['batch', 'sequence', WIDTH] }],
    constants,
    nodes,
  });
  const known = bertVocabulary([]);
  const vocabulary = [...known, ...Array.from({ length: VOCABULARY - known.length }, (_, i) => `word${i}`)];
  const weights = { file: 'model_quantized.onnx', bytes } as const;
  return writeBertFiles({ modelDir, modelId, vocabulary, dimensions: WIDTH, maxTokens: POSITIONS, weights });
}
