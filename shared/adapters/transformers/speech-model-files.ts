import path from 'node:path';
import { AppError } from '#shared/errors/app-error.ts';
import { DEFAULT_HUB_URL, downloadFile, NotOnHubError } from './hub-download.ts';
import { isThere, type ModelSource, removeStaleParts } from './model-files.ts';

const FILES = [
  'config.json',
  'generation_config.json',
  'preprocessor_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
];
const WEIGHTS = ['encoder_model', 'decoder_model_merged'];
/** How the weights of each kind are named; quantised ones are preferred: a quarter of the size, as good to read. */
const SUFFIXES = { q8: '_quantized', fp32: '' } as const;
type Dtype = keyof typeof SUFFIXES;
const DTYPES: readonly Dtype[] = ['q8', 'fp32'];

const weightFiles = (dtype: Dtype): string[] => WEIGHTS.map((name) => `onnx/${name}${SUFFIXES[dtype]}.onnx`);

async function missingOf(folder: string, files: readonly string[]): Promise<string[]> {
  const there = await Promise.all(files.map((file) => isThere(folder, file)));
  return files.filter((_, at) => !there[at]);
}

async function weightsThere(folder: string): Promise<Dtype | undefined> {
  for (const dtype of DTYPES) if ((await missingOf(folder, weightFiles(dtype))).length === 0) return dtype;
  return undefined;
}

/** The files without which a speech model cannot be loaded from `<modelDir>/<modelId>`; empty when all are there. */
export async function missingSpeechFiles(modelDir: string, modelId: string): Promise<string[]> {
  const folder = path.resolve(modelDir, modelId);
  const missing = await missingOf(folder, FILES);
  if ((await weightsThere(folder)) === undefined) missing.push(...(await missingOf(folder, weightFiles('q8'))));
  return missing;
}

/**
 * The folder of a Whisper model with all its files, downloaded where they are missing and allowed; what breaks off a
 * download leaves complete files only.
 * @throws AppError MODEL_UNAVAILABLE with a sentence that says what to do
 */
export async function ensureSpeechFiles(source: ModelSource): Promise<{ folder: string; dtype: Dtype }> {
  const folder = path.resolve(source.modelDir, source.modelId);
  await removeStaleParts(folder);
  const missing = await missingSpeechFiles(source.modelDir, source.modelId);
  if (missing.length > 0 && !source.allowRemote) throw speechModelMissing(source.modelId);
  try {
    for (const file of missing.filter((name) => FILES.includes(name))) await download(source, folder, file);
    return { folder, dtype: (await weightsThere(folder)) ?? (await downloadWeights(source, folder)) };
  } catch (cause) {
    if (cause instanceof NotOnHubError) throw speechModelUnknown(source.modelId, cause);
    throw speechModelMissing(source.modelId, cause);
  }
}

async function downloadWeights(source: ModelSource, folder: string): Promise<Dtype> {
  try {
    for (const file of await missingOf(folder, weightFiles('q8'))) await download(source, folder, file);
    return 'q8';
  } catch (error) {
    // Not every repository holds quantised weights.
    if (!(error instanceof NotOnHubError)) throw error;
    for (const file of await missingOf(folder, weightFiles('fp32'))) await download(source, folder, file);
    return 'fp32';
  }
}

async function download(source: ModelSource, folder: string, file: string): Promise<void> {
  const { modelId, hubUrl = DEFAULT_HUB_URL, onProgress } = source;
  await downloadFile({ hubUrl, modelId, file, target: path.join(folder, file), onProgress });
}

const howToCopy = (modelId: string): string =>
  `copy its files (${[...FILES, ...weightFiles('q8')].join(', ')}) to MODEL_DIR/${modelId}`;

export function speechModelMissing(modelId: string, cause?: unknown): AppError {
  return new AppError('MODEL_UNAVAILABLE', {
    detail:
      `Recordings need the speech model "${modelId}", which is not in MODEL_DIR and cannot be downloaded. Connect this ` +
      `machine to the model hub, or ${howToCopy(modelId)}, or set TRANSCRIPTION_URL, then reprocess the file.`,
    cause,
  });
}

export function speechModelUnknown(modelId: string, cause?: unknown): AppError {
  return new AppError('MODEL_UNAVAILABLE', {
    detail: `The model hub has no public speech model "${modelId}" with ONNX files. Check WHISPER_MODEL, or ${howToCopy(modelId)}, then reprocess the file.`,
    cause,
  });
}

/** For files that are all there and yet do not make a model. */
export function speechModelDamaged(modelId: string, cause: unknown): AppError {
  return new AppError('MODEL_UNAVAILABLE', {
    detail: `The files of the speech model "${modelId}" cannot be loaded and may be damaged. Delete MODEL_DIR/${modelId} and ${howToCopy(modelId)} or connect this machine to the model hub, then reprocess the file.`,
    cause,
  });
}
