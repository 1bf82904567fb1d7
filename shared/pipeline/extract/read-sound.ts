import { asUser } from '#shared/db/as-user.ts';
import { hasWords, listPages } from '#shared/db/pages-repository.ts';
import type { FileRow } from '#shared/db/schema.ts';
import type { SoundFormat } from '#shared/formats/format.ts';
import { openSound } from '#shared/formats/sound/process/open-sound.ts';
import type { SoundLimits } from '#shared/formats/sound/process/sound-source.ts';
import { type SoundWindow, sampleAt, soundPages } from '#shared/formats/sound/sound-pages.ts';
import type { StageDeps, StageRun } from '#shared/pipeline/stage.ts';
import type { Transcriber } from '#shared/ports/transcriber.ts';

export interface SoundDeps extends Pick<StageDeps, 'db'> {
  transcriber: Transcriber;
  /** Where ffmpeg is looked for, as in PATH. */
  programPath: string;
}

/**
 * The pages of a recording after the last committed one. The process that decodes lives as long as this generator.
 * @throws AppError CODEC_UNAVAILABLE, MODEL_UNAVAILABLE, and what decoding and transcribing throw
 */
export async function* readSound(
  deps: SoundDeps,
  { file, claim, signal }: StageRun,
  format: SoundFormat,
  path: string,
  limits: SoundLimits,
): AsyncGenerator<SoundWindow, void, undefined> {
  const owner = { userId: file.user_id, fileId: file.id, generation: claim.generation };
  const fromSeconds = await secondsDone(deps, owner, file);
  const order = { path, formatId: format.id, fromSample: sampleAt(fromSeconds), limits };
  const source = await openSound(format, order, deps.programPath);
  // A read that waits for a slow decoder ends with it.
  const onAbort = (): void => void source.end();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    yield* soundPages({
      source,
      transcriber: deps.transcriber,
      firstPage: file.pages_done + 1,
      fromSeconds,
      hasWords: file.pages_done > 0 && (await asUser(deps.db, owner.userId, (trx) => hasWords(trx, owner))),
      language: file.language ?? undefined,
      signal,
    });
  } finally {
    signal.removeEventListener('abort', onAbort);
    await source.end();
  }
}

/** Where the next page begins: the end of the last committed one, to the sample. */
async function secondsDone(
  { db }: Pick<StageDeps, 'db'>,
  owner: { userId: string; fileId: string; generation: number },
  file: FileRow,
): Promise<number> {
  if (file.pages_done === 0) return 0;
  const [last] = await asUser(db, owner.userId, (trx) =>
    listPages(trx, owner, { afterNumber: file.pages_done - 1, limit: 1 }),
  );
  if (last?.place?.kind !== 'sound') throw new Error(`Page ${file.pages_done} of a recording has no time.`);
  return last.place.endSeconds;
}
