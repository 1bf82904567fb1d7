import { asUser } from '#shared/db/as-user.ts';
import type { Db } from '#shared/db/database.ts';
import { findLiveIndex } from '#shared/db/embedding-indexes-repository.ts';
import { readPersonPictures } from '#shared/db/pictures-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { Cache } from '#shared/ports/cache.ts';
import type { ImageEmbedder } from '#shared/ports/image-embedder.ts';
import { questionKey, vectorFromCache } from './vector-cache.ts';

/** What is looked for: what a text says, or what a picture (PNG or WebP that this system made) shows. */
export type Question = { text: string } | { picture: Uint8Array };

export type ImageLeg =
  | { state: 'ready'; model: string; vector: number[] }
  /** The person has no pictures that could be found. */
  | { state: 'nothing-to-find' }
  /** There are pictures, or nothing else is asked, and the model that describes them cannot answer now. */
  | { state: 'away'; isModelMissing: boolean };

/**
 * The question as the picture model sees it. A model that is away takes out this leg alone: for those who have pictures,
 * described by a model or not, and for whoever asks for nothing but pictures. Nobody else waits for a model.
 */
export async function encodeImageLeg(
  deps: { db: Db; imageEmbedder: ImageEmbedder; cache: Cache },
  userId: string,
  question: Question,
  { isAlone }: { isAlone: boolean },
): Promise<ImageLeg> {
  const pictures = await asUser(deps.db, userId, (trx) => readPersonPictures(trx, userId));
  if (pictures === 'none' && !isAlone) return { state: 'nothing-to-find' };
  const live = await findLiveIndex(deps.db, 'image');
  try {
    const { id } = await deps.imageEmbedder.describe();
    if (pictures !== 'described') return { state: 'nothing-to-find' };
    if (live?.model !== id) return { state: 'away', isModelMissing: false };
    return { state: 'ready', model: id, vector: await vectorOf(deps, userId, id, question) };
  } catch (error) {
    if (error instanceof AppError) return { state: 'away', isModelMissing: error.code === 'MODEL_UNAVAILABLE' };
    throw error;
  }
}

async function vectorOf(
  { imageEmbedder, cache }: { imageEmbedder: ImageEmbedder; cache: Cache },
  userId: string,
  model: string,
  question: Question,
): Promise<number[]> {
  const content = 'text' in question ? question.text : question.picture;
  const key = questionKey(userId, 'image-query-vector', model, content);
  return vectorFromCache(cache, key, async () => {
    if ('text' in question) return imageEmbedder.embedDescription(question.text);
    const [vector] = await imageEmbedder.embedImages([question.picture]);
    return vector ?? [];
  });
}
