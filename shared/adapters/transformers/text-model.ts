import { AutoModel, type PreTrainedModel } from '@xenova/transformers';
import { knownModel } from '#shared/models/models.ts';
import { damagedModel, ensureModelFiles, type ModelSource } from './model-files.ts';
import type { Tokenizer } from './tokenizer.ts';

const DEFAULT_MAX_TOKENS = 512;

// Its threads would spin while they wait, on cores that the rest of a small machine needs: without, 7 to 15 % less
// processor time for the same speed.
const SESSION = { extra: { session: { intra_op: { allow_spinning: '0' } } } };

/** A model of texts from `onnx/model*.onnx`, with whatever outputs it has. @throws AppError MODEL_UNAVAILABLE */
export async function loadTextModel(source: ModelSource): Promise<PreTrainedModel> {
  const { folder, dtype } = await ensureModelFiles(source, 'model');
  const options = { local_files_only: true, session_options: SESSION, ...(dtype ? { dtype } : {}) };
  return AutoModel.from_pretrained(folder, options).catch((error: unknown) => {
    throw damagedModel(source, error);
  });
}

/** How many tokens the model reads, special tokens included. */
export function windowOf(model: PreTrainedModel, tokenizer: Tokenizer, modelId: string): number {
  const positions: unknown = (model.config as { max_position_embeddings?: unknown }).max_position_embeddings;
  const declared = knownModel(modelId)?.maxTokens ?? tokenizer.maxTokens ?? DEFAULT_MAX_TOKENS;
  return typeof positions === 'number' && positions > 0 ? Math.min(declared, positions) : declared;
}
