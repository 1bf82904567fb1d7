import { z } from 'zod';
import type { Endpoint } from '#shared/adapters/openai-embeddings/endpoint.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { modelFamily } from '#shared/pipeline/embed/models.ts';

/** What Text Embeddings Inference tells at `GET /info`; our own model host serves several models and names each. */
const infoSchema = z.object({
  model_id: z.string().optional().catch(undefined),
  rerank_model_id: z.string().optional().catch(undefined),
  max_client_batch_size: z.int().positive().optional().catch(undefined),
});

/** Text Embeddings Inference's own default. */
const DEFAULT_BATCH = 32;

/** Folders (`/data/model`) say nothing about what is in them. */
const isHubName = (id: string): boolean => /^[\w-]/.test(id) && id.split('/').length <= 2;

export interface ServedModel {
  /** Texts that one request may hold. */
  batchSize: number;
}

/**
 * Asks the server once what it serves; a failure is not kept. A server without `GET /info` is believed.
 * @throws AppError MODEL_UNAVAILABLE when it serves another model: it ignores the name in a request
 */
export function askOnce(endpoint: Endpoint, modelId: string, field: 'rerank_model_id'): () => Promise<ServedModel> {
  let asking: Promise<ServedModel> | undefined;

  async function ask(): Promise<ServedModel> {
    const { status, body } = await endpoint.request('GET', 'info');
    const info = (status === 200 ? infoSchema.safeParse(body).data : undefined) ?? {};
    const served = info[field] ?? info.model_id;
    if (served !== undefined && isHubName(served) && modelFamily(served) !== modelFamily(modelId)) {
      throw new AppError('MODEL_UNAVAILABLE', {
        detail: `The server at ${endpoint.name} serves the model "${served}" and not "${modelId}".`,
      });
    }
    return { batchSize: info.max_client_batch_size ?? DEFAULT_BATCH };
  }

  return () => {
    asking ??= ask().catch((error: unknown) => {
      asking = undefined;
      throw error;
    });
    return asking;
  };
}
