import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bertVocabulary, writeBertTokenizer } from './bert-files.ts';
import { constant, node, onnxModel } from './onnx-writer.ts';

/** Red, green and blue, each −1 or 1: what the model knows of pictures and of words. */
const COLOURS: Readonly<Record<string, readonly [number, number, number]>> = {
  red: [1, -1, -1],
  green: [-1, 1, -1],
  blue: [-1, -1, 1],
  yellow: [1, 1, -1],
  white: [1, 1, 1],
  black: [-1, -1, -1],
};
/** Red, green, blue, and what no picture has: how much of a text is about other things. */
const DIMENSIONS = 4;
const SIDE = 8;

/**
 * A real CLIP of some kilobytes: a picture's vector is its mean colour, a text's the sum of the colours it names. "A red
 * flower" and a red picture are .87 alike, a text that names no colour is 0 alike to every picture. Returns its folder.
 */
export async function writeTinyClipModel(options: {
  modelDir: string;
  modelId: string;
  /** As most repositories have, or as few. */
  quantized?: boolean;
}): Promise<string> {
  const { modelDir, modelId, quantized = true } = options;
  const folder = path.join(modelDir, modelId);
  const vocabulary = bertVocabulary(Object.keys(COLOURS));
  await writeBertTokenizer(folder, { vocabulary, maxTokens: 77 });
  await mkdir(path.join(folder, 'onnx'), { recursive: true });
  const ending = quantized ? '_quantized.onnx' : '.onnx';
  await Promise.all([
    writeFile(path.join(folder, 'config.json'), JSON.stringify({ model_type: 'clip', projection_dim: DIMENSIONS })),
    writeFile(path.join(folder, 'preprocessor_config.json'), JSON.stringify(PREPROCESSOR)),
    writeFile(path.join(folder, 'onnx', `text_model${ending}`), textModel(vocabulary)),
    writeFile(path.join(folder, 'onnx', `vision_model${ending}`), visionModel()),
  ]);
  return folder;
}

const PREPROCESSOR = {
  image_processor_type: 'CLIPImageProcessor',
  do_resize: true,
  size: { shortest_edge: SIDE },
  resample: 3,
  do_center_crop: true,
  crop_size: { height: SIDE, width: SIDE },
  do_rescale: true,
  rescale_factor: 1 / 255,
  do_normalize: true,
  image_mean: [0.5, 0.5, 0.5],
  image_std: [0.5, 0.5, 0.5],
};

function textModel(vocabulary: readonly string[]): Uint8Array {
  const table = new Float32Array(vocabulary.length * DIMENSIONS);
  vocabulary.forEach((token, id) => {
    table.set(token === '[CLS]' ? [0, 0, 0, 1] : [...(COLOURS[token] ?? [0, 0, 0]), 0], id * DIMENSIONS);
  });
  return onnxModel({
    inputs: [{ name: 'input_ids', type: 'int64', dims: ['batch', 'sequence'] }],
    outputs: [{ name: 'text_embeds', type: 'float', dims: ['batch', DIMENSIONS] }],
    constants: [constant('table', [vocabulary.length, DIMENSIONS], table), constant('axis', [1], BigInt64Array.of(1n))],
    nodes: [
      node('Gather', ['table', 'input_ids'], ['looked_up'], { axis: 0 }),
      node('ReduceSum', ['looked_up', 'axis'], ['text_embeds'], { keepdims: 0 }),
    ],
  });
}

function visionModel(): Uint8Array {
  return onnxModel({
    inputs: [{ name: 'pixel_values', type: 'float', dims: ['batch', 3, SIDE, SIDE] }],
    outputs: [{ name: 'image_embeds', type: 'float', dims: ['batch', DIMENSIONS] }],
    constants: [constant('widen', [3, DIMENSIONS], Float32Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0))],
    nodes: [
      node('ReduceMean', ['pixel_values'], ['colour'], { axes: [2, 3], keepdims: 0 }),
      node('MatMul', ['colour', 'widen'], ['image_embeds']),
    ],
  });
}
