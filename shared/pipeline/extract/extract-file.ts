import { asUser } from '#shared/db/as-user.ts';
import { claimObjects, keepObjects } from '#shared/db/loose-objects-repository.ts';
import { countPageChars, insertPages, type NewPage } from '#shared/db/pages-repository.ts';
import { findClaimed, updateClaimed } from '#shared/db/pipeline-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { discardObject } from '#shared/files/discard-object.ts';
import {
  type ExtractLimits,
  extractWindows,
  type OcrSettings,
  type PageWindow,
  type ReadingLimits,
} from '#shared/formats/extract-windows.ts';
import type { ExtractedPage } from '#shared/formats/format.ts';
import { soundFormatOf } from '#shared/formats/registry.ts';
import { mayHoldFiles } from '#shared/formats/with-children.ts';
import { withLocalCopy } from '#shared/pipeline/intake/fetch-bytes.ts';
import type { Stage, StageDeps, StageRun } from '#shared/pipeline/stage.ts';
import { type PreviewStore, previewKey } from '#shared/vault/preview-store.ts';
import type { ChildDeps } from './children/ingest-child.ts';
import { dropFormerChildren, storeChildren } from './children/store-children.ts';
import { readSound, type SoundDeps } from './read-sound.ts';

/** Pages that are read, committed and forgotten together: what bounds memory for a document of any length. */
const WINDOW_PAGES = 50;
const KEPT_WARNINGS = 100;

/** Of the reader of a person's first, second and third file at a time: weights of 110, 36 and 15 beside the system's 1,024. */
const NICENESS = [10, 15, 19];
/** How much longer a reader has that gets hardly any processor time. */
const STARVED_TIMES = 4;

export interface ExtractDeps extends StageDeps, ChildDeps, SoundDeps {
  previews: PreviewStore;
  ocr: OcrSettings;
  limits: StageDeps['limits'] & ChildDeps['limits'] & { reading: ReadingLimits };
}

/**
 * STORED → EXTRACTED: the text of each page, or the words of each minute, in windows, then the files that lie in the
 * document, each a file of its own from there on; goes on after what is committed.
 */
export function extractStage(deps: ExtractDeps): Stage {
  return {
    queue: 'extract',
    from: 'STORED',
    to: 'EXTRACTED',
    next: 'chunk',
    sliceMs: 45_000,
    // The models of this stage are those for speech and for pictures. Who has none should be told, not kept waiting.
    alsoFinal: ['MODEL_UNAVAILABLE'],
    work: (run) => withLocalCopy(deps.content, run.file, (path) => readAll(deps, run, path)),
  };
}

async function readAll(deps: ExtractDeps, run: StageRun, path: string): Promise<'done' | 'continue'> {
  const { file } = run;
  const holdsFiles = mayHoldFiles(file.content_type);
  const hasPages = file.pages !== null && file.pages_done >= file.pages;
  const read = holdsFiles && hasPages ? 'done' : await readPages(deps, run, path);
  if (read === 'continue') return 'continue';
  if (holdsFiles && read === 'done' && (await readChildren(deps, run, path)) === 'continue') return 'continue';
  if (run.claim.generation > 1 && !(await dropFormerChildren(deps, run))) return 'continue';
  return 'done';
}

async function readChildren(deps: ExtractDeps, run: StageRun, path: string): Promise<'done' | 'continue'> {
  const { claim, file } = run;
  const { outcome, warnings } = await storeChildren(deps, run, path, readerLimits(deps, run));
  const kept = await asUser(deps.db, file.user_id, async (trx) => {
    const now = await findClaimed(trx, claim);
    // What was left out in an earlier slice of time is found again.
    return now && updateClaimed(trx, claim, { warnings: warningsJson([...now.warnings, ...warnings]) });
  });
  return kept ? outcome : 'continue';
}

function warningsJson(warnings: readonly string[]): string {
  return JSON.stringify([...new Set(warnings)].slice(0, KEPT_WARNINGS));
}

/** @returns 'holds no files' where reading the pages told that as well */
async function readPages(
  deps: ExtractDeps,
  run: StageRun,
  path: string,
): Promise<'done' | 'holds no files' | 'continue'> {
  const { file, claim } = run;
  const owner = { userId: file.user_id, fileId: file.id, generation: claim.generation };
  let pagesDone = file.pages_done;
  let holdsFiles: boolean | undefined;
  let warnings = file.warnings;
  let chars = pagesDone === 0 ? 0 : await asUser(deps.db, file.user_id, (trx) => countPageChars(trx, owner));
  for await (const window of windowsOf(deps, run, path)) {
    pagesDone += window.pages.length;
    holdsFiles = window.holdsFiles;
    // What is read again after a crash says again what it lacks.
    warnings = [...new Set([...warnings, ...window.warnings])].slice(0, KEPT_WARNINGS);
    chars += window.pages.reduce((sum, page) => sum + page.text.length, 0);
    assertTextAllowed(chars, deps.limits.reading.maxTextChars);
    const pages = await storePictures(deps, owner, window.pages);
    const pictureKeys = pages.flatMap(({ pictureKey }) => pictureKey ?? []);
    const kept = await asUser(deps.db, file.user_id, async (trx) => {
      const ours = await updateClaimed(trx, claim, {
        pages: window.totalPages,
        pages_done: pagesDone,
        warnings: JSON.stringify(warnings),
        ...(window.language === undefined ? {} : { language: window.language }),
      });
      if (!ours) return false;
      if (!(await keepObjects(trx, 'storage', pictureKeys))) {
        throw new AppError('DEPENDENCY_UNAVAILABLE', { detail: 'Storing the page pictures took too long.' });
      }
      await insertPages(trx, owner, pages);
      return true;
    });
    if (!kept) {
      // Nothing names these; the sweep removes those of a process that was killed here.
      for (const key of pictureKeys) await discardObject({ db: deps.db, content: deps.previews }, file.user_id, key);
      return 'continue';
    }
    if (run.timeIsUp() && pagesDone < window.totalPages) return 'continue';
  }
  return holdsFiles === false ? 'holds no files' : 'done';
}

function assertTextAllowed(chars: number, most: number): void {
  if (chars <= most) return;
  throw new AppError('RESOURCE_LIMIT', { detail: `The file contains more than ${most} characters of text.` });
}

/** A person's second file at a time is read when the first leaves something over, and so on: others have one, too. */
function readerLimits({ limits }: ExtractDeps, { alongside }: StageRun): ExtractLimits {
  const { windowTimeoutMs, memoryMb } = limits.reading;
  const starvedTimeoutMs = windowTimeoutMs * STARVED_TIMES;
  return { windowTimeoutMs, starvedTimeoutMs, memoryMb, niceness: NICENESS[alongside] ?? NICENESS.at(-1) };
}

function windowsOf(
  deps: ExtractDeps,
  run: StageRun,
  path: string,
): AsyncIterable<PageWindow & { language?: string | undefined }> {
  const { file, signal } = run;
  const limits = readerLimits(deps, run);
  const sound = soundFormatOf(file.content_type);
  if (sound) return readSound(deps, run, sound, path, limits);
  return extractWindows({
    path,
    contentType: file.content_type,
    firstPage: file.pages_done + 1,
    windowPages: WINDOW_PAGES,
    limits,
    ocr: deps.ocr,
    signal,
  });
}

/** Keeps the small copies of pages that are pictures, before the rows that name them. */
async function storePictures(
  { db, previews }: Pick<ExtractDeps, 'db' | 'previews'>,
  owner: { userId: string; fileId: string; generation: number },
  pages: readonly ExtractedPage[],
): Promise<NewPage[]> {
  const planned = pages.map((page) => ({ page, key: page.picture && previewKey(owner) }));
  const keys = planned.flatMap(({ key }) => key ?? []);
  if (keys.length > 0) {
    await asUser(db, owner.userId, (trx) => claimObjects(trx, { ...owner, bucket: 'storage' }, keys));
  }
  const stored: NewPage[] = [];
  for (const { page, key } of planned) {
    const { picture, ...rest } = page;
    if (picture) await previews.write({ ...owner, page: page.number }, Buffer.from(picture.base64, 'base64'), key);
    stored.push({ ...rest, ...(key ? { pictureKey: key } : {}) });
  }
  return stored;
}
