import { asPerson } from '#shared/db/as-person.ts';
import { insertPages, type NewPage } from '#shared/db/pages-repository.ts';
import { updateClaimed } from '#shared/db/pipeline-repository.ts';
import type { ContentStore } from '#shared/files/content-store.ts';
import type { PreviewStore } from '#shared/files/preview-store.ts';
import { extractWindows, type PageWindow } from './extract/extract-windows.ts';
import type { ExtractedPage } from './extract/format.ts';
import { soundFormatOf } from './extract/registry.ts';
import { withLocalCopy } from './fetch-bytes.ts';
import type { StageMessage } from './messages.ts';
import { readSound, type SoundDeps } from './read-sound.ts';
import { runStage, type StageDeps, type StageRun } from './stage.ts';

/** Pages that are read, committed and forgotten together: what bounds memory for a document of any length. */
const WINDOW_PAGES = 50;
const SLICE_MS = 45_000;
const KEPT_WARNINGS = 100;

export interface ExtractDeps extends StageDeps, SoundDeps {
  content: ContentStore;
  previews: PreviewStore;
  windowTimeoutMs: number;
  memoryMb: number;
}

/** STORED → EXTRACTED: the text of each page, or the words of each minute, in windows; goes on after the last committed page. */
export function extractFile(deps: ExtractDeps, message: StageMessage): Promise<void> {
  return runStage(
    deps,
    {
      queue: 'extract',
      from: 'STORED',
      to: 'EXTRACTED',
      next: 'chunk',
      // The model of this stage is the one for speech. Who has none should be told, not kept waiting.
      alsoFinal: ['MODEL_UNAVAILABLE'],
      work: (run) => withLocalCopy(deps.content, run.file, (path) => readPages(deps, run, path)),
    },
    message,
    SLICE_MS,
  );
}

async function readPages(deps: ExtractDeps, run: StageRun, path: string): Promise<'done' | 'continue'> {
  const { file, claim } = run;
  const owner = { userId: file.user_id, fileId: file.id, generation: claim.generation };
  let pagesDone = file.pages_done;
  let warnings = file.warnings;
  for await (const window of windowsOf(deps, run, path)) {
    pagesDone += window.pages.length;
    // What is read again after a crash says again what it lacks.
    warnings = [...new Set([...warnings, ...window.warnings])].slice(0, KEPT_WARNINGS);
    const pages = await storePictures(deps.previews, owner, window.pages);
    const kept = await asPerson(deps.db, file.user_id, async (trx) => {
      const ours = await updateClaimed(trx, claim, {
        pages: window.totalPages,
        pages_done: pagesDone,
        warnings: JSON.stringify(warnings),
        ...(window.language === undefined ? {} : { language: window.language }),
      });
      if (ours) await insertPages(trx, owner, pages);
      return ours;
    });
    if (!kept) {
      // Nothing names these; those of a process that was killed here go when the file does.
      for (const { pictureKey } of pages) if (pictureKey) await deps.previews.delete(pictureKey);
      return 'continue';
    }
    if (run.timeIsUp() && pagesDone < window.totalPages) return 'continue';
  }
  return 'done';
}

function windowsOf(
  deps: ExtractDeps,
  run: StageRun,
  path: string,
): AsyncIterable<PageWindow & { language?: string | undefined }> {
  const { file, signal } = run;
  const limits = { windowTimeoutMs: deps.windowTimeoutMs, memoryMb: deps.memoryMb };
  const sound = soundFormatOf(file.content_type);
  if (sound) return readSound(deps, run, sound, path, limits);
  return extractWindows({
    path,
    contentType: file.content_type,
    firstPage: file.pages_done + 1,
    windowPages: WINDOW_PAGES,
    limits,
    signal,
  });
}

/** Keeps the small copies of pages that are pictures, before the rows that name them. */
async function storePictures(
  previews: PreviewStore,
  owner: { userId: string; fileId: string; generation: number },
  pages: readonly ExtractedPage[],
): Promise<NewPage[]> {
  const stored: NewPage[] = [];
  for (const { picture, ...page } of pages) {
    const bytes = picture && Buffer.from(picture.base64, 'base64');
    const pictureKey = bytes && (await previews.write({ ...owner, page: page.number }, bytes));
    stored.push({ ...page, ...(pictureKey ? { pictureKey } : {}) });
  }
  return stored;
}
