import { z } from 'zod';
import type { Endpoint, EndpointNames } from '#shared/adapters/model-server/endpoint.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { modelFamily } from '#shared/models/models.ts';

const optionalName = z.string().optional().catch(undefined);
/** What Text Embeddings Inference tells at `GET /info`; our own model host serves several models and names each. */
const infoSchema = z.object({
  model_id: optionalName,
  rerank_model_id: optionalName,
  sparse_model_id: optionalName,
  max_client_batch_size: z.int().positive().optional().catch(undefined),
});

/** Text Embeddings Inference's own default. */
const DEFAULT_BATCH = 32;

/** Folders (`/data/model`) say nothing about what is in them. */
const isHubName = (id: string): boolean => /^[\w-]/.test(id) && id.split('/').length <= 2;

export interface ServedOptions {
  endpoint: Endpoint;
  names: EndpointNames;
  /** The model that must be served: the server ignores a name in a request. */
  modelId: string;
  /** Where our own model host names it. */
  field: 'rerank_model_id' | 'sparse_model_id';
}

export interface ServedModel {
  /** Texts that one request may hold. Asked once; a failure is not kept. @throws AppError as `post` */
  batchSize(): Promise<number>;
  /**
   * What the server answers to a request.
   * @throws AppError DEPENDENCY_UNAVAILABLE, MODEL_UNAVAILABLE (another model, a refused key), PROCESSING_FAILED
   */
  post(path: string, request: object, signal?: AbortSignal): Promise<unknown>;
  /** The error for an answer that is something else than was `expected`. */
  nonsense(expected: string): AppError;
}

/** A model behind Text Embeddings Inference's interface. A server without `GET /info` is believed to serve it. */
export function createServed({ endpoint, names, modelId, field }: ServedOptions): ServedModel {
  let asking: Promise<number> | undefined;
  const place = `The ${names.server} at ${endpoint.name}`;

  async function ask(): Promise<number> {
    const { status, body } = await endpoint.request('GET', 'info');
    const info = (status === 200 ? infoSchema.safeParse(body).data : undefined) ?? {};
    const served = info[field] ?? info.model_id;
    if (served !== undefined && isHubName(served) && modelFamily(served) !== modelFamily(modelId)) {
      throw new AppError('MODEL_UNAVAILABLE', {
        detail: `${place} serves the model "${served}", not "${modelId}".`,
      });
    }
    return info.max_client_batch_size ?? DEFAULT_BATCH;
  }

  return {
    batchSize() {
      asking ??= ask().catch((error: unknown) => {
        asking = undefined;
        throw error;
      });
      return asking;
    },
    async post(path, request, signal) {
      const { status, body } = await endpoint.request('POST', path, request, {}, signal);
      if (status === 200) return body;
      const code = [401, 403, 404].includes(status) ? 'MODEL_UNAVAILABLE' : 'PROCESSING_FAILED';
      const hint = status === 401 || status === 403 ? `; check ${names.keySetting}` : '';
      throw new AppError(code, {
        detail: `${place} rejected the request for the model "${modelId}" (HTTP ${status})${hint}.`,
      });
    },
    nonsense: (expected) => new AppError('PROCESSING_FAILED', { detail: `${place} did not return ${expected}.` }),
  };
}
