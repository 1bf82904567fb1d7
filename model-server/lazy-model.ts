import { DEFAULT_HUB_URL } from '#shared/adapters/transformers/hub-download.ts';
import { type ModelLayout, type ModelSource, missingModelFiles } from '#shared/adapters/transformers/model-files.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { askHub } from './hub.ts';
import { RequestError } from './requests.ts';

/** A hub that could not be reached is not asked again for so long: each question may take five seconds. */
const HUB_PAUSE_MS = 60_000;

export interface LazyModel<Model> {
  modelId: string;
  /**
   * The model, loaded when it is first asked for, and downloaded where it is missing and a hub can be reached. Files that
   * are put into MODEL_DIR later are found at the next call.
   * @throws AppError MODEL_UNAVAILABLE
   */
  get(): Promise<Model>;
  dispose(): Promise<void>;
}

export interface LazyModelOptions<Model> {
  /** For sentences, e.g. `picture model`. */
  kind: string;
  modelId: string;
  modelDir: string;
  hubUrl?: string | undefined;
  layout: ModelLayout;
  load(source: ModelSource): Promise<Model>;
}

/** A model that a machine may never need: it costs neither time nor memory before. */
export function createLazyModel<Model extends { dispose(): Promise<void> }>(
  options: LazyModelOptions<Model>,
): LazyModel<Model> {
  const { kind, modelId, modelDir, hubUrl = DEFAULT_HUB_URL, layout } = options;
  let loading: Promise<Model> | undefined;
  let askHubFrom = 0;

  async function load(): Promise<Model> {
    const missing = await missingModelFiles(modelDir, modelId, layout);
    if (missing.length > 0) await assertOnHub();
    return options.load({ modelId, modelDir, allowRemote: missing.length > 0, hubUrl });
  }

  async function assertOnHub(): Promise<void> {
    const found = Date.now() >= askHubFrom && (await askHub(hubUrl, modelId)) === 'found';
    if (found) return;
    askHubFrom = Math.max(askHubFrom, Date.now() + HUB_PAUSE_MS);
    throw new AppError('MODEL_UNAVAILABLE', {
      detail: `The ${kind} "${modelId}" is not in ${modelDir}/${modelId}, and the model hub does not have it or cannot be reached.`,
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

/** As `get`. @throws RequestError 404 where this machine cannot have the model, for which waiting does not help */
export async function modelOrNotFound<Model>(lazy: LazyModel<Model>): Promise<Model> {
  return lazy.get().catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code !== 'MODEL_UNAVAILABLE') throw error;
    throw new RequestError(404, 'model_unavailable', error.message, 'model');
  });
}
