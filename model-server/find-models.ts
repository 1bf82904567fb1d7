import { createHashingEmbedder } from '#shared/adapters/hashing/hashing-embedder.ts';
import { missingModelFiles } from '#shared/adapters/transformers/model-files.ts';
import { HASHING_MODEL_ID } from '#shared/models/models.ts';
import type { FindModel } from './served-models.ts';

/** A name on the hub; nothing that leads out of the folder of models. */
const HUB_NAME = /^[\w-][\w.-]*(\/[\w-][\w.-]*)?$/;

/** The models whose files are in MODEL_DIR, looked for at each call, and the one that ships with OmniRAG. */
export function findModels(modelDir: string): FindModel {
  return async (modelId) => {
    if (modelId === HASHING_MODEL_ID) return async () => createHashingEmbedder();
    if (!HUB_NAME.test(modelId) || (await missingModelFiles(modelDir, modelId)).length > 0) return undefined;
    return async () => {
      // Loading the runtime costs time and memory that a machine with the stand-in never needs.
      const { createTransformersEmbedder } = await import('#shared/adapters/transformers/transformers-embedder.ts');
      return createTransformersEmbedder({ modelId, modelDir, allowRemote: false });
    };
  };
}
