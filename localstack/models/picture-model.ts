import { DEFAULT_HUB_URL } from '#shared/adapters/transformers/hub-download.ts';
import { CLIP_MODEL, missingModelFiles } from '#shared/adapters/transformers/model-files.ts';
import type { LocalImageEmbedder } from '#shared/adapters/transformers/transformers-image-embedder.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { askHub } from './hub.ts';

/** A hub that could not be reached is not asked again for so long: each question may take five seconds. */
const HUB_PAUSE_MS = 60_000;

export interface PictureModel {
  modelId: string;
  /**
   * The model, loaded when it is first asked for, and downloaded where it is missing and a hub can be reached. Files that
   * are put into MODEL_DIR later are found at the next call.
   * @throws AppError MODEL_UNAVAILABLE
   */
  get(): Promise<LocalImageEmbedder>;
  dispose(): Promise<void>;
}

export function createPictureModel(options: { modelId: string; modelDir: string; hubUrl?: string }): PictureModel {
  const { modelId, modelDir, hubUrl = DEFAULT_HUB_URL } = options;
  let loading: Promise<LocalImageEmbedder> | undefined;
  let askHubFrom = 0;

  async function load(): Promise<LocalImageEmbedder> {
    const missing = await missingModelFiles(modelDir, modelId, CLIP_MODEL);
    if (missing.length > 0) await assertOnHub();
    // Loading the runtime costs time and memory that a machine without pictures never needs.
    const { createTransformersImageEmbedder } = await import(
      '#shared/adapters/transformers/transformers-image-embedder.ts'
    );
    return createTransformersImageEmbedder({ modelId, modelDir, allowRemote: missing.length > 0, hubUrl });
  }

  async function assertOnHub(): Promise<void> {
    const found = Date.now() >= askHubFrom && (await askHub(hubUrl, modelId)) === 'found';
    if (found) return;
    askHubFrom = Math.max(askHubFrom, Date.now() + HUB_PAUSE_MS);
    throw new AppError('MODEL_UNAVAILABLE', {
      detail: `The picture model "${modelId}" is not in ${modelDir}/${modelId}, and the model hub does not have it or cannot be reached.`,
    });
  }

  return {
    modelId,
    get() {
      loading ??= load().catch((error: unknown) => {
        loading = undefined;
        throw error;
      });
      return loading;
    },
    async dispose() {
      const loaded = await loading?.catch(() => undefined);
      await loaded?.dispose();
    },
  };
}
