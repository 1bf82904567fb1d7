import {
  AutoProcessor,
  CLIPTextModelWithProjection,
  CLIPVisionModelWithProjection,
  env,
  LogLevel,
  type PreTrainedModel,
  type Processor,
  RawImage,
  Tensor,
} from '@xenova/transformers';
import { AppError } from '#shared/errors/app-error.ts';
import type { ImageEmbedder } from '#shared/ports/image-embedder.ts';
import { CLIP_MODEL, damagedModel, ensureModelFiles, type ModelSource } from './model-files.ts';
import { createTokenizer, type Tokenizer } from './tokenizer.ts';

const DEFAULT_MAX_TOKENS = 77;
// As for texts: threads that spin while they wait cost other processes their cores.
const SESSION = { extra: { session: { intra_op: { allow_spinning: '0' } } } };

/** A CLIP model in this process. */
export type LocalImageEmbedder = ImageEmbedder & { dispose(): Promise<void> };

interface TextTower {
  tokenizer: Tokenizer;
  model: PreTrainedModel;
}

interface PictureTower {
  processor: Processor;
  model: PreTrainedModel;
}

/**
 * A CLIP model through the transformers library and the ONNX runtime. Its files are looked for at once; each of its two
 * halves is loaded when it is first used, as most processes need one. Runs one at a time however many callers there are.
 * @throws AppError MODEL_UNAVAILABLE when the files are missing, damaged or cannot be downloaded
 */
export async function createTransformersImageEmbedder(from: ModelSource): Promise<LocalImageEmbedder> {
  const source: ModelSource = { ...from, layout: CLIP_MODEL };
  const { folder, dtype } = await ensureModelFiles(source, 'model');
  env.logLevel = LogLevel.ERROR;
  const options = { local_files_only: true, session_options: SESSION, ...(dtype ? { dtype } : {}) };
  const damaged = (error: unknown): never => {
    throw damagedModel(source, error);
  };
  const textTower = once<TextTower>(async () => ({
    tokenizer: await createTokenizer(source),
    model: await CLIPTextModelWithProjection.from_pretrained(folder, options).catch(damaged),
  }));
  const pictureTower = once<PictureTower>(async () => ({
    processor: await AutoProcessor.from_pretrained(folder, { local_files_only: true }).catch(damaged),
    model: await CLIPVisionModelWithProjection.from_pretrained(folder, options).catch(damaged),
  }));
  let busy: Promise<unknown> = Promise.resolve();
  const oneAtATime = <T>(work: () => Promise<T>): Promise<T> => {
    const run = busy.then(work);
    busy = run.catch(() => undefined);
    return run;
  };
  const embedDescription = (text: string): Promise<number[]> =>
    oneAtATime(async () => runText(await textTower(), text));
  let dimensions: number | undefined;

  return {
    async describe() {
      dimensions ??= (await embedDescription('a')).length;
      return { id: source.modelId, dimensions };
    },
    embedDescription,
    embedImages: (pictures) =>
      pictures.length === 0 ? Promise.resolve([]) : oneAtATime(async () => runPictures(await pictureTower(), pictures)),
    async dispose() {
      await busy;
      for (const { model } of [...textTower.loaded(), ...pictureTower.loaded()]) await model.dispose();
    },
  };
}

async function runText({ tokenizer, model }: TextTower, text: string): Promise<number[]> {
  const ids = tokenizer.encode(text, Math.min(tokenizer.maxTokens ?? DEFAULT_MAX_TOKENS, DEFAULT_MAX_TOKENS));
  const dims = [1, ids.length];
  const output: Record<string, Tensor | undefined> = await model({
    input_ids: new Tensor('int64', BigInt64Array.from(ids.map(BigInt)), dims),
    attention_mask: new Tensor('int64', new BigInt64Array(ids.length).fill(1n), dims),
  });
  const [vector] = unitRows(output.text_embeds, 1);
  if (vector === undefined) throw new Error('The model returns no vector for a text.');
  return vector;
}

async function runPictures({ processor, model }: PictureTower, pictures: readonly Uint8Array[]): Promise<number[][]> {
  const images = await Promise.all(pictures.map(readPicture));
  const output: Record<string, Tensor | undefined> = await model(await processor(images));
  return unitRows(output.image_embeds, pictures.length);
}

async function readPicture(bytes: Uint8Array): Promise<RawImage> {
  try {
    const image = await RawImage.fromBlob(new Blob([Uint8Array.from(bytes)]));
    return image.rgb();
  } catch (cause) {
    throw new AppError('PROCESSING_FAILED', { detail: 'A picture could not be decoded for the picture model.', cause });
  }
}

function unitRows(tensor: Tensor | undefined, rows: number): number[][] {
  if (tensor?.dims.length !== 2 || tensor.dims[0] !== rows)
    throw new Error('The model returns no vectors for its inputs.');
  return tensor.normalize(2, -1).tolist() as number[][];
}

/** Loads at the first call; a load that failed is tried again at the next. */
function once<T>(load: () => Promise<T>): (() => Promise<T>) & { loaded(): T[] } {
  let loading: Promise<T> | undefined;
  const loaded: T[] = [];
  const get = (): Promise<T> => {
    loading ??= load().then(
      (value) => {
        loaded.push(value);
        return value;
      },
      (error: unknown) => {
        loading = undefined;
        throw error;
      },
    );
    return loading;
  };
  return Object.assign(get, { loaded: () => loaded });
}
