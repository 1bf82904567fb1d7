import { createEndpoint, type EndpointNames, type EndpointOptions } from '#shared/adapters/model-server/endpoint.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { imageModelProfile } from '#shared/models/image-models.ts';
import type { ImageEmbedder } from '#shared/ports/image-embedder.ts';
import { vectorsOf } from './vectors.ts';

const NAMES: EndpointNames = {
  server: 'picture server',
  urlSetting: 'IMAGE_EMBEDDING_URL',
  keySetting: 'IMAGE_EMBEDDING_API_KEY',
};
const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47];

export interface OpenAiImageEmbedderOptions extends Omit<EndpointOptions, 'names'> {
  /** The model's hub name; sent as `model`. */
  modelId: string;
}

/**
 * Vectors of pictures from a server that speaks OpenAI's `POST /v1/embeddings` as Infinity extends it: `modality` says
 * whether `input` holds texts or pictures, which travel as data URLs. Our model host does. Nothing is retried.
 *
 * Errors: DEPENDENCY_UNAVAILABLE when the server does not answer or is busy; MODEL_UNAVAILABLE when it refuses the key or
 * cannot serve the model; PROCESSING_FAILED when it refuses this input or answers nonsense to it.
 */
export function createOpenAiImageEmbedder(options: OpenAiImageEmbedderOptions): ImageEmbedder {
  const { modelId } = options;
  const endpoint = createEndpoint({ ...options, names: NAMES });
  let dimensions = imageModelProfile(modelId).dimensions;

  async function embed(modality: 'text' | 'image', input: readonly string[]): Promise<number[][]> {
    const request = { model: modelId, input, modality, encoding_format: 'base64' };
    // A header, because vendors refuse fields they do not know: descriptions are what somebody waits for.
    const headers: Record<string, string> = modality === 'text' ? { 'x-input-type': 'query' } : {};
    const { status, body } = await endpoint.request('POST', 'v1/embeddings', request, headers);
    if (status !== 200) throw refused(status);
    const vectors = vectorsOf(body, input.length);
    if (vectors === undefined) {
      throw new AppError('PROCESSING_FAILED', {
        detail: `The picture server at ${endpoint.name} did not return ${input.length} vectors.`,
      });
    }
    dimensions ??= vectors[0]?.length;
    for (const vector of vectors) assertSize(vector.length);
    return vectors;
  }

  function assertSize(got: number): void {
    if (got === dimensions) return;
    throw new AppError('EMBEDDING_SIZE_MISMATCH', {
      detail: `The model "${modelId}" at ${endpoint.name} returned vectors of ${got} dimensions; ${dimensions} are expected.`,
    });
  }

  function refused(status: number): AppError {
    const code = [401, 403, 404].includes(status) ? 'MODEL_UNAVAILABLE' : 'PROCESSING_FAILED';
    const hint = status === 401 || status === 403 ? `; check ${NAMES.keySetting}` : '';
    return new AppError(code, {
      detail: `The picture server at ${endpoint.name} rejected the request for the model "${modelId}" (HTTP ${status})${hint}.`,
    });
  }

  return {
    async describe() {
      dimensions ??= (await embed('text', ['a']))[0]?.length ?? 0;
      return { id: modelId, dimensions };
    },
    embedImages: async (pictures) => (pictures.length === 0 ? [] : embed('image', pictures.map(dataUrl))),
    async embedDescription(text) {
      const [vector] = await embed('text', [text]);
      return vector ?? [];
    },
  };
}

function dataUrl(bytes: Uint8Array): string {
  const type = PNG_SIGNATURE.every((byte, at) => bytes[at] === byte) ? 'image/png' : 'image/webp';
  return `data:${type};base64,${Buffer.from(bytes).toString('base64')}`;
}
