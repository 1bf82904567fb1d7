import { readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#shared/errors/app-error.ts';
import { modelProfile } from '#shared/models/models.ts';
import { DEFAULT_HUB_URL, downloadFile, NotOnHubError } from './hub-download.ts';

/** The files that one kind of model consists of. */
export interface ModelLayout {
  /** What is needed beside the weights; `tokenizer` is asked for without the rest. */
  files: readonly string[];
  /** Each of `onnx/<name>_quantized.onnx` or `onnx/<name>.onnx`. */
  weights: readonly string[];
  /** The setting that names the model, for sentences. */
  setting: string;
}

const TOKENIZER_FILES = ['config.json', 'tokenizer.json', 'tokenizer_config.json'];

export const TEXT_MODEL: ModelLayout = { files: TOKENIZER_FILES, weights: ['model'], setting: 'EMBEDDING_MODEL' };
export const RERANK_MODEL: ModelLayout = { ...TEXT_MODEL, setting: 'RERANK_MODEL' };
export const SPARSE_MODEL: ModelLayout = { ...TEXT_MODEL, setting: 'SPARSE_MODEL' };
export const CLIP_MODEL: ModelLayout = {
  files: [...TOKENIZER_FILES, 'preprocessor_config.json'],
  weights: ['text_model', 'vision_model'],
  setting: 'CLIP_MODEL',
};

export interface ModelSource {
  /** Hub name, e.g. `Xenova/bge-small-en-v1.5`. */
  modelId: string;
  /** A text model's when left out. */
  layout?: ModelLayout | undefined;
  /** MODEL_DIR: files are read from, and downloaded to, `<modelDir>/<modelId>/`. */
  modelDir: string;
  /** Whether files that are not there may be downloaded. */
  allowRemote: boolean;
  /** Another hub than Hugging Face's, e.g. a mirror. */
  hubUrl?: string | undefined;
  /** Told while files are downloaded; `fraction` of this file, 0 to 1. */
  onProgress?: ((progress: { file: string; fraction: number }) => void) | undefined;
}

type Dtype = 'q8' | 'fp32';

export interface ModelFiles {
  folder: string;
  /** Of the weights that are there; undefined when only the tokenizer was asked for. */
  dtype: Dtype | undefined;
}

const ENDINGS = { q8: '_quantized.onnx', fp32: '.onnx' } as const;
const PART_FILE = /\.\d+\.[0-9a-f]+\.part$/;
const PART_IS_STALE_AFTER_MS = 60_000;

/** Whether a file of a model is there and not empty. */
export async function isThere(folder: string, file: string): Promise<boolean> {
  const found = await stat(path.join(folder, file)).catch(() => undefined);
  // A power cut can leave an empty file under the real name.
  return found?.isFile() === true && found.size > 0;
}

const weightFiles = ({ weights }: ModelLayout, dtype: Dtype): string[] =>
  weights.map((name) => `onnx/${name}${ENDINGS[dtype]}`);

async function weightsThere(folder: string, modelId: string, layout: ModelLayout): Promise<Dtype | undefined> {
  for (const dtype of modelProfile(modelId).dtypes) {
    const there = await Promise.all(weightFiles(layout, dtype).map((file) => isThere(folder, file)));
    if (there.every(Boolean)) return dtype;
  }
  return undefined;
}

/** The files without which a model cannot be loaded from `<modelDir>/<modelId>`; empty when all are there. */
export async function missingModelFiles(modelDir: string, modelId: string, layout = TEXT_MODEL): Promise<string[]> {
  const folder = path.join(modelDir, modelId);
  const missing: string[] = [];
  for (const file of layout.files) if (!(await isThere(folder, file))) missing.push(file);
  if ((await weightsThere(folder, modelId, layout)) === undefined) missing.push(...weightFiles(layout, 'q8'));
  return missing;
}

/** What a process that was killed while downloading left behind: up to 1.3 GB a time. Files being written now stay. */
export async function removeStaleParts(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isFile() || !PART_FILE.test(entry.name)) continue;
    const file = path.join(entry.parentPath, entry.name);
    const found = await stat(file).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > PART_IS_STALE_AFTER_MS) await rm(file, { force: true });
  }
}

async function download(source: ModelSource, folder: string, file: string): Promise<void> {
  const { modelId, onProgress, hubUrl = DEFAULT_HUB_URL } = source;
  await downloadFile({ hubUrl, modelId, file, target: path.join(folder, file), onProgress });
}

function ignoreNotOnHub(error: unknown): void {
  if (!(error instanceof NotOnHubError)) throw error;
}

async function downloadWeights(
  source: ModelSource,
  folder: string,
  [dtype, ...others]: readonly Dtype[],
): Promise<Dtype> {
  const { layout = TEXT_MODEL } = source;
  if (dtype === undefined) throw new NotOnHubError(weightFiles(layout, 'q8').join(', '), 404);
  try {
    const config = await readFile(path.join(folder, 'config.json'), 'utf8');
    for (const file of weightFiles(layout, dtype)) {
      if (await isThere(folder, file)) continue;
      // Weights over 2 GB lie in a second file, which has to be there before the first makes the model count as present.
      if (config.includes('use_external_data_format')) {
        await download(source, folder, `${file}_data`).catch(ignoreNotOnHub);
      }
      await download(source, folder, file);
    }
    return dtype;
  } catch (error) {
    ignoreNotOnHub(error);
    // Not every repository holds quantised weights.
    return downloadWeights(source, folder, others);
  }
}

/**
 * The folder of a model with all files that `need` names, downloaded where they are missing and allowed. A file gets
 * its name only when it is complete, so that whatever breaks off a download, the next one goes on with the file it was at.
 * @throws AppError MODEL_UNAVAILABLE
 */
export async function ensureModelFiles(source: ModelSource, need: 'tokenizer' | 'model'): Promise<ModelFiles> {
  const { modelId, modelDir, allowRemote, layout = TEXT_MODEL } = source;
  const folder = path.resolve(modelDir, modelId);
  await removeStaleParts(folder);
  try {
    for (const file of layout.files) {
      if (await isThere(folder, file)) continue;
      if (!allowRemote) throw await notThere(source);
      await download(source, folder, file);
    }
    if (need === 'tokenizer') return { folder, dtype: undefined };
    const dtype = await weightsThere(folder, modelId, layout);
    if (dtype === undefined && !allowRemote) throw await notThere(source);
    return { folder, dtype: dtype ?? (await downloadWeights(source, folder, modelProfile(modelId).dtypes)) };
  } catch (error) {
    throw error instanceof AppError ? error : notDownloaded(source, error);
  }
}

const howToCopy = ({ modelId, layout = TEXT_MODEL }: ModelSource): string =>
  `copy its files (${[...layout.files, ...weightFiles(layout, 'q8')].join(', ')}) to MODEL_DIR/${modelId}`;

async function notThere(source: ModelSource): Promise<AppError> {
  const missing = (await missingModelFiles(source.modelDir, source.modelId, source.layout)).join(', ');
  return new AppError('MODEL_UNAVAILABLE', {
    detail: `The model "${source.modelId}" is not in MODEL_DIR (missing: ${missing}). Start once with access to the model hub, or ${howToCopy(source)}.`,
  });
}

function notDownloaded(source: ModelSource, cause: unknown): AppError {
  const { modelId, layout = TEXT_MODEL } = source;
  const detail =
    cause instanceof NotOnHubError
      ? `The model hub has no file ${cause.file} for a public model "${modelId}". Check ${layout.setting}, or ${howToCopy(source)}.`
      : `The model "${modelId}" could not be downloaded. Start again with access to the model hub (complete files are kept), or ${howToCopy(source)}.`;
  return new AppError('MODEL_UNAVAILABLE', { detail, cause });
}

/** For files that are all there and yet do not make a model. */
export function damagedModel(source: ModelSource, cause: unknown): AppError {
  return new AppError('MODEL_UNAVAILABLE', {
    detail: `The files of the model "${source.modelId}" cannot be loaded and may be damaged. Delete MODEL_DIR/${source.modelId} and start again with access to the model hub, or ${howToCopy(source)} again.`,
    cause,
  });
}
