import { AppError } from '#shared/errors/app-error.ts';
import { modelFamily } from '#shared/models/models.ts';
import type { PictureModel } from './picture-model.ts';
import { parsePictureEmbeddings, RequestError, readModality } from './requests.ts';

/** Whether a request to `POST /v1/embeddings` is for the model of pictures. */
export function isForPictures(body: unknown, pictures: PictureModel | undefined): boolean {
  const { modality, model } = readModality(body);
  if (modality === 'image') return true;
  return pictures !== undefined && model !== undefined && modelFamily(model) === modelFamily(pictures.modelId);
}

/**
 * Vectors of pictures (data URLs) or of descriptions of pictures, as Infinity serves them.
 * @throws RequestError 400; 404 also where this machine cannot have the model, for which waiting does not help
 */
export async function embedPictures(body: unknown, pictures: PictureModel | undefined): Promise<number[][]> {
  const { input, model, modality } = parsePictureEmbeddings(body);
  if (pictures === undefined || (model !== undefined && modelFamily(model) !== modelFamily(pictures.modelId))) {
    throw new RequestError(
      404,
      'model_not_found',
      `The picture model \`${model}\` is not available on this server.`,
      'model',
    );
  }
  try {
    const embedder = await pictures.get();
    if (modality === 'image') return await embedder.embedImages(input.map(bytesOf));
    return await Promise.all(input.map((text) => embedder.embedDescription(text)));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'MODEL_UNAVAILABLE') throw new RequestError(404, 'model_unavailable', error.message, 'model');
    throw new RequestError(400, 'invalid_request', error.message, 'input');
  }
}

function bytesOf(dataUrl: string): Buffer {
  return Buffer.from(dataUrl.slice(dataUrl.indexOf(',') + 1), 'base64');
}
