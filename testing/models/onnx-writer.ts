// ONNX files without a framework: the few protobuf messages of onnx.proto that a small graph needs.

type Bytes = Uint8Array;

function varint(value: number | bigint): Bytes {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return Uint8Array.from([...bytes, Number(rest)]);
}

const integer = (field: number, value: number | bigint): Bytes => Buffer.concat([varint(field << 3), varint(value)]);
const message = (field: number, ...parts: Bytes[]): Bytes => {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([varint((field << 3) | 2), varint(size), ...parts]);
};
const text = (field: number, value: string): Bytes => message(field, Buffer.from(value));

export type TensorData = Float32Array | BigInt64Array | Int8Array | Uint8Array;

function elementType(data: TensorData): number {
  if (data instanceof Float32Array) return 1;
  if (data instanceof Uint8Array) return 2;
  return data instanceof Int8Array ? 3 : 7;
}

/** A constant of the graph (TensorProto). */
export function constant(name: string, dims: readonly number[], data: TensorData): Bytes {
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return message(
    5,
    ...dims.map((dim) => integer(1, dim)),
    integer(2, elementType(data)),
    text(8, name),
    message(9, raw),
  );
}

/** One operation of the graph (NodeProto); whole numbers become INT attributes, others FLOAT, lists INTS. */
export function node(
  operation: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, number | readonly number[]>> = {},
): Bytes {
  const encoded = Object.entries(attributes).map(([name, value]) => {
    if (typeof value !== 'number') {
      return message(5, text(1, name), ...value.map((each) => integer(8, each)), integer(20, 7));
    }
    if (Number.isInteger(value)) return message(5, text(1, name), integer(3, value), integer(20, 2));
    const float = Buffer.alloc(4);
    float.writeFloatLE(value);
    return message(5, text(1, name), varint((2 << 3) | 5), float, integer(20, 1));
  });
  return message(
    1,
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, operation),
    ...encoded,
  );
}

export interface GraphValue {
  name: string;
  type: 'float' | 'int64';
  /** A name stands for a size that varies. */
  dims: readonly (number | string)[];
}

function value(field: number, { name, type, dims }: GraphValue): Bytes {
  const shape = dims.map((dim) => message(1, typeof dim === 'number' ? integer(1, dim) : text(2, dim)));
  return message(
    field,
    text(1, name),
    message(2, message(1, integer(1, type === 'float' ? 1 : 7), message(2, ...shape))),
  );
}

export interface Graph {
  inputs: readonly GraphValue[];
  outputs: readonly GraphValue[];
  constants: readonly Bytes[];
  nodes: readonly Bytes[];
}

/** The bytes of a `.onnx` file (ModelProto, IR 8, opset 17). */
export function onnxModel({ inputs, outputs, constants, nodes }: Graph): Bytes {
  const graph = message(
    7,
    ...nodes,
    text(2, 'graph'),
    ...constants,
    ...inputs.map((input) => value(11, input)),
    ...outputs.map((output) => value(12, output)),
  );
  return Buffer.concat([integer(1, 8), text(2, 'omnirag-testing'), graph, message(8, text(1, ''), integer(2, 17))]);
}
