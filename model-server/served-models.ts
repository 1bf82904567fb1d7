import { AppError } from '#shared/errors/app-error.ts';
import { modelFamily } from '#shared/models/models.ts';
import type { EmbeddingModel } from '#shared/ports/embedder.ts';
import type { RawModel } from '#shared/ports/raw-model.ts';
import { type Batcher, createBatcher } from './batcher.ts';
import { RequestError } from './requests.ts';

/** While the model of the index is changed both are asked; more would take the memory that the rest of the machine needs. */
const MOST_HELD = 2;

export interface ServedModel {
  raw: RawModel;
  model: EmbeddingModel;
  batcher: Batcher;
}

/** A model that may be given up again. */
export type LoadedModel = RawModel & { dispose?(): Promise<void> };

export type FindModel = (modelId: string) => Promise<(() => Promise<LoadedModel>) | undefined>;

export interface ServedModels {
  /** The one that the host was started with, whether or not it is held now. */
  first: EmbeddingModel;
  /**
   * Runs `work` with a model by its name, with the first one without a name; it is loaded if it is not held, and stays
   * until then.
   * @throws RequestError 404 for a model that cannot be had; AppError DEPENDENCY_UNAVAILABLE while the others are at work
   */
  use<T>(name: string | undefined, work: (served: ServedModel) => Promise<T>): Promise<T>;
  /** Texts that wait for any of the models. */
  waiting(): number;
  dispose(): Promise<void>;
}

interface Held {
  served: Promise<ServedModel & { dispose(): Promise<void> }>;
  users: number;
  batcher: Batcher | undefined;
}

/**
 * @param first is held from the start
 * @param find how a model is loaded, by its name; undefined when there is no such model here
 */
export async function createServedModels(first: LoadedModel, find: FindModel): Promise<ServedModels> {
  const firstModel = await first.describe();
  /** From the one that was not asked for longest. */
  const held = new Map<string, Held>();

  async function serve(raw: LoadedModel) {
    const model = await raw.describe();
    const batcher = createBatcher(raw, model.maxTokens);
    return { raw, model, batcher, dispose: async () => raw.dispose?.() };
  }

  function hold(family: string, loading: Promise<LoadedModel>): Held {
    const entry: Held = { served: loading.then(serve), users: 0, batcher: undefined };
    held.set(family, entry);
    entry.served.then(
      ({ batcher }) => {
        entry.batcher = batcher;
      },
      () => held.delete(family),
    );
    return entry;
  }

  /** Gives up the model that was not asked for longest. */
  async function makeRoom(): Promise<void> {
    if (held.size <= MOST_HELD) return;
    const idle = [...held].find(([, { users }]) => users === 0);
    if (!idle) {
      throw new AppError('DEPENDENCY_UNAVAILABLE', {
        detail: `${MOST_HELD} other models are in use. Try again shortly.`,
        retryAfterSeconds: 5,
      });
    }
    held.delete(idle[0]);
    await (await idle[1].served).dispose();
  }

  async function loadNamed(name: string): Promise<LoadedModel> {
    const load = await find(name);
    if (load) {
      await makeRoom();
      return load();
    }
    const message = `The model \`${name}\` is not available on this server. It has \`${firstModel.id}\` and the models in MODEL_DIR.`;
    throw new RequestError(404, 'model_not_found', message, 'model');
  }

  hold(modelFamily(firstModel.id), Promise.resolve(first));
  return {
    first: firstModel,
    async use(name = firstModel.id, work) {
      const family = modelFamily(name);
      const entry = held.get(family) ?? hold(family, loadNamed(name));
      held.delete(family);
      held.set(family, entry);
      entry.users += 1;
      try {
        return await work(await entry.served);
      } finally {
        entry.users -= 1;
      }
    },
    waiting: () => [...held.values()].reduce((sum, { batcher }) => sum + (batcher?.waiting() ?? 0), 0),
    async dispose() {
      for (const { served } of held.values()) await served.then(({ dispose }) => dispose()).catch(() => undefined);
    },
  };
}
