import { randomWeights } from '../random.ts';
import { constant, node, type TensorData } from './onnx-writer.ts';

/** Collects nodes and constants; every method returns the name of its result. */
function graphBuilder(seed: number, width: number) {
  const random = randomWeights(seed);
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
    op('LayerNormalization', [input, fixed([width], new Float32Array(width).fill(1)), randomFloats([width], 0.02)], {
      axis: -1,
      epsilon: 1e-12,
    });
  return { constants, nodes, op, randomFloats, integers, scalar, linear, normalise };
}

/** Layers of a transformer with random weights of eight bits: their cost is the real one, their meaning none. */
export function transformerGraph(shape: { seed: number; width: number; heads: number }) {
  const { width } = shape;
  const headWidth = width / shape.heads;
  const graph = graphBuilder(shape.seed, width);
  const { op, integers, scalar, linear, normalise } = graph;
  const headShape = integers(0, 0, shape.heads, headWidth);
  const flatShape = integers(0, 0, width);
  const heads = (input: string): string => op('Transpose', [op('Reshape', [input, headShape])], { perm: [0, 2, 1, 3] });
  const gelu = (input: string): string => {
    const half = op('Mul', [input, scalar(0.5)]);
    const bell = op('Erf', [op('Mul', [input, scalar(Math.SQRT1_2)])]);
    return op('Mul', [half, op('Add', [bell, scalar(1)])]);
  };
  /** @param masking is added to how alike the tokens are, where some count for nothing */
  const layer = (hidden: string, masking?: string): string => {
    const [query, key, value] = [1, 2, 3].map(() => heads(linear(hidden, width, width))) as [string, string, string];
    const likeness = op('MatMul', [query, op('Transpose', [key], { perm: [0, 1, 3, 2] })]);
    const scaled = op('Mul', [likeness, scalar(1 / Math.sqrt(headWidth))]);
    const masked = masking === undefined ? scaled : op('Add', [scaled, masking]);
    const mixed = op('Transpose', [op('MatMul', [op('Softmax', [masked], { axis: -1 }), value])], {
      perm: [0, 2, 1, 3],
    });
    const attended = linear(op('Reshape', [mixed, flatShape]), width, width);
    const middle = normalise(op('Add', [attended, hidden]));
    const inner = linear(gelu(linear(middle, width, 4 * width)), 4 * width, width);
    return normalise(op('Add', [inner, middle]));
  };
  return { ...graph, gelu, layer };
}
