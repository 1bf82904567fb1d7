import { bertVocabulary, writeBertFiles } from './bert-files.ts';
import { constant, node, onnxModel, type TensorData } from './onnx-writer.ts';
import { randomNumbers } from './random.ts';

const WIDTH = 384;
const HEADS = 12;
const HEAD_WIDTH = WIDTH / HEADS;
const INNER_WIDTH = 4 * WIDTH;
const LAYERS = 12;
const VOCABULARY = 30_522;
const POSITIONS = 512;

/** Collects nodes and constants; every method returns the name of its result. */
function graphBuilder(seed: number) {
  const random = randomNumbers(seed);
  const constants: Uint8Array[] = [];
  const nodes: Uint8Array[] = [];
  let counter = 0;
  const name = (): string => `t${counter++}`;

  const fixed = (dims: readonly number[], data: TensorData): string => {
    const result = name();
    constants.push(constant(result, dims, data));
    return result;
  };
  const op = (operation: string, inputs: readonly string[], attributes = {}): string => {
    const result = name();
    nodes.push(node(operation, inputs, [result], attributes));
    return result;
  };
  const randomFloats = (dims: readonly number[], scale: number): string => {
    const size = dims.reduce((product, dim) => product * dim, 1);
    return fixed(
      dims,
      Float32Array.from({ length: size }, () => scale * random()),
    );
  };
  const integers = (...values: number[]): string => fixed([values.length], BigInt64Array.from(values.map(BigInt)));
  const scalar = (value: number): string => fixed([], Float32Array.of(value));

  /** x · W + b, dynamically quantised to eight bits as the hub's `model_quantized.onnx` files are. */
  const linear = (input: string, rows: number, columns: number): string => {
    const weights = fixed(
      [rows, columns],
      Int8Array.from({ length: rows * columns }, () => Math.round(127 * random())),
    );
    const [quantised, scale, zero] = [name(), name(), name()];
    nodes.push(node('DynamicQuantizeLinear', [input], [quantised, scale, zero]));
    const product = op('MatMulInteger', [quantised, weights, zero, fixed([], Int8Array.of(0))]);
    const bothScales = op('Mul', [scale, scalar(1 / 127 / Math.sqrt(rows))]);
    const floats = op('Mul', [op('Cast', [product], { to: 1 }), bothScales]);
    return op('Add', [floats, randomFloats([columns], 0.02)]);
  };
  const normalise = (input: string): string =>
    op('LayerNormalization', [input, fixed([WIDTH], new Float32Array(WIDTH).fill(1)), randomFloats([WIDTH], 0.02)], {
      axis: -1,
      epsilon: 1e-12,
    });
  return { constants, nodes, op, randomFloats, integers, scalar, linear, normalise };
}

/**
 * A model of bge-small's shape (12 layers, 384 wide, 12 heads, eight-bit weights) with random weights, 80 MB: its cost
 * in time and memory is the real one's, its vectors mean nothing. Returns its folder.
 */
export async function writeBgeShapedModel(modelDir: string, modelId: string): Promise<string> {
  const { constants, nodes, op, randomFloats, integers, scalar, linear, normalise } = graphBuilder(11);
  const headShape = integers(0, 0, HEADS, HEAD_WIDTH);
  const flatShape = integers(0, 0, WIDTH);
  const heads = (input: string): string => op('Transpose', [op('Reshape', [input, headShape])], { perm: [0, 2, 1, 3] });
  const gelu = (input: string): string => {
    const half = op('Mul', [input, scalar(0.5)]);
    const bell = op('Erf', [op('Mul', [input, scalar(Math.SQRT1_2)])]);
    return op('Mul', [half, op('Add', [bell, scalar(1)])]);
  };

  const length = op('Slice', [op('Shape', ['input_ids']), integers(1), integers(2)]);
  const positions = op('Slice', [randomFloats([POSITIONS, WIDTH], 0.05), integers(0), length, integers(0)]);
  const words = op('Gather', [randomFloats([VOCABULARY, WIDTH], 0.05), 'input_ids'], { axis: 0 });
  let hidden = normalise(op('Add', [words, positions]));
  const mask = op('Unsqueeze', [op('Cast', ['attention_mask'], { to: 1 }), integers(1, 2)]);
  const masking = op('Mul', [op('Sub', [scalar(1), mask]), scalar(-10_000)]);
  for (let layer = 0; layer < LAYERS; layer += 1) {
    const [query, key, value] = [1, 2, 3].map(() => heads(linear(hidden, WIDTH, WIDTH))) as [string, string, string];
    const likeness = op('MatMul', [query, op('Transpose', [key], { perm: [0, 1, 3, 2] })]);
    const scaled = op('Add', [op('Mul', [likeness, scalar(1 / Math.sqrt(HEAD_WIDTH))]), masking]);
    const mixed = op('Transpose', [op('MatMul', [op('Softmax', [scaled], { axis: -1 }), value])], {
      perm: [0, 2, 1, 3],
    });
    const attended = linear(op('Reshape', [mixed, flatShape]), WIDTH, WIDTH);
    const middle = normalise(op('Add', [attended, hidden]));
    const inner = linear(gelu(linear(middle, WIDTH, INNER_WIDTH)), INNER_WIDTH, WIDTH);
    hidden = normalise(op('Add', [inner, middle]));
  }
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
