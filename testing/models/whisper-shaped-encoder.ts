import { node, onnxModel } from './onnx-writer.ts';
import { transformerGraph } from './transformer-graph.ts';

const BINS = 80;
const WIDTH = 512;
const HEADS = 8;
const LAYERS = 6;
const POSITIONS = 1_500;
/** So little of what the layers compute that it changes no answer, and yet nobody may leave it out. */
const TRACE = 1e-12;

/**
 * An encoder of whisper-base's shape (6 layers, 512 wide, 1,500 positions) with random weights, 20 MB, for the tiny
 * Whisper model: its cost is the real one's, its answer the tiny one's.
 */
export function whisperShapedEncoder(): Uint8Array {
  const graph = transformerGraph({ seed: 5, width: WIDTH, heads: HEADS });
  const { constants, nodes, op, randomFloats, integers, scalar, gelu, layer } = graph;
  const near = op('Conv', ['input_features', randomFloats([WIDTH, BINS, 3], 0.05)], { pads: [1, 1] });
  const halved = op('Conv', [gelu(near), randomFloats([WIDTH, WIDTH, 3], 0.02)], { pads: [1, 1], strides: [2] });
  const steps = op('Transpose', [gelu(halved)], { perm: [0, 2, 1] });
  let hidden = op('Add', [steps, randomFloats([POSITIONS, WIDTH], 0.05)]);
  for (let at = 0; at < LAYERS; at += 1) hidden = layer(hidden);
  const whole = op('ReduceMean', [hidden], { axes: [1], keepdims: 1 });
  const some = op('Slice', [whole, integers(0), integers(BINS), integers(2)]);
  const mean = op('Transpose', [op('ReduceMean', ['input_features'], { axes: [2], keepdims: 1 })], { perm: [0, 2, 1] });
  nodes.push(node('Add', [mean, op('Mul', [some, scalar(TRACE)])], ['last_hidden_state']));
  return onnxModel({
    inputs: [{ name: 'input_features', type: 'float', dims: ['batch', BINS, 2 * POSITIONS] }],
    outputs: [{ name: 'last_hidden_state', type: 'float', dims: ['batch', 1, BINS] }],
    constants,
    nodes,
  });
}
