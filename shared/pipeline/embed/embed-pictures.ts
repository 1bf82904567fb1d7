import { asUser } from '#shared/db/as-user.ts';
import type { Db } from '#shared/db/database.ts';
import { insertPictures, listUnembeddedPictures, type StoredPicture } from '#shared/db/pictures-repository.ts';
import { updateClaimed } from '#shared/db/pipeline-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { ErrorCode } from '#shared/errors/codes.ts';
import { documentFormatOf } from '#shared/formats/registry.ts';
import { otherImageModel } from '#shared/models/live-model.ts';
import type { StageRun } from '#shared/pipeline/stage.ts';
import { type ImageEmbedder, MOST_PICTURES } from '#shared/ports/image-embedder.ts';
import type { Log } from '#shared/ports/log.ts';
import type { PreviewStore } from '#shared/vault/preview-store.ts';

export interface EmbedPicturesDeps {
  db: Db;
  imageEmbedder: ImageEmbedder;
  previews: PreviewStore;
  log: Log;
}

/** What keeps pictures from being found by what they show and not the file from being found by its words. */
const WITHOUT_VECTORS: ReadonlySet<ErrorCode> = new Set([
  'MODEL_UNAVAILABLE',
  'PROCESSING_FAILED',
  'EMBEDDING_SIZE_MISMATCH',
]);

/**
 * Gives the pictures of a file their vectors, a batch a transaction. Where no model of pictures can be had, the file
 * gets a warning that says what to do, and is found by its words.
 * @param textModel in whose index the pictures go
 * @throws AppError DEPENDENCY_UNAVAILABLE when the model may be back soon
 */
export async function embedPictures(
  deps: EmbedPicturesDeps,
  run: StageRun,
  textModel: string,
): Promise<'done' | 'continue'> {
  const { file, claim } = run;
  if (documentFormatOf(file.content_type)?.isPlain) return 'done';
  const owner = { userId: file.user_id, fileId: file.id, generation: claim.generation };
  let embedded = file.pictures;
  for (;;) {
    const pictures = await asUser(deps.db, owner.userId, (trx) => listUnembeddedPictures(trx, owner, MOST_PICTURES));
    if (pictures.length === 0) return 'done';
    const vectors = await vectorsOf(deps, owner, pictures);
    if (typeof vectors === 'string') return warn(deps.db, run, vectors);
    embedded += vectors.length;
    const kept = await asUser(deps.db, owner.userId, async (trx) => {
      const ours = await updateClaimed(trx, claim, { pictures: embedded });
      if (ours) await insertPictures(trx, owner, textModel, vectors);
      return ours;
    });
    if (!kept || run.timeIsUp()) return 'continue';
  }
}

/** @returns a sentence for the person when these pictures cannot have vectors */
async function vectorsOf(
  deps: EmbedPicturesDeps,
  owner: { userId: string; fileId: string; generation: number },
  pictures: readonly StoredPicture[],
): Promise<{ page: number; vector: number[] }[] | string> {
  const bytes: Buffer[] = [];
  for (const { page, key } of pictures) {
    const found = await deps.previews.read({ ...owner, page }, key);
    if (!found) throw new AppError('PROCESSING_FAILED', { detail: `The stored picture of page ${page} is missing.` });
    bytes.push(found);
  }
  try {
    const vectors = await deps.imageEmbedder.embedImages(bytes);
    const model = await deps.imageEmbedder.describe();
    const other = await otherImageModel(deps.db, model);
    if (other !== undefined)
      return `${OFF}: the picture index was built with ${other}, but CLIP_MODEL is ${model.id}. Set CLIP_MODEL back and reprocess the file.`;
    return pictures.map(({ page }, at) => ({ page, vector: vectors[at] ?? [] }));
  } catch (error) {
    if (!(error instanceof AppError) || !WITHOUT_VECTORS.has(error.code)) throw error;
    deps.log.warn({ err: error, fileId: owner.fileId }, 'pictures got no vectors');
    return error.code === 'MODEL_UNAVAILABLE'
      ? NO_MODEL
      : `${OFF}: the picture model rejected them. Reprocess the file to try again.`;
  }
}

const OFF = 'Pictures in this file can be found by their text only, not by what they show';
const NO_MODEL = `${OFF}: the picture model (CLIP_MODEL) cannot be loaded. Put its files into MODEL_DIR or connect this machine to the model hub, then reprocess the file.`;

async function warn(db: Db, { file, claim }: StageRun, sentence: string): Promise<'done' | 'continue'> {
  const warnings = JSON.stringify([...file.warnings.filter((known) => known !== sentence), sentence]);
  const kept = await asUser(db, file.user_id, (trx) => updateClaimed(trx, claim, { warnings }));
  return kept ? 'done' : 'continue';
}
