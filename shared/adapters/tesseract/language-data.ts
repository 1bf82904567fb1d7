import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '#shared/errors/app-error.ts';

/** Where the data of one language lies, as the library wants to be told. */
export interface LanguageData {
  folder: string;
  gzip: boolean;
}

/**
 * Looks in `dataDir` first, then among the installed packages. The library waits for ever for a file that is missing, so
 * it must be looked for before.
 * @throws AppError MODEL_UNAVAILABLE, saying what to install
 */
export async function findLanguageData(language: string, dataDir: string): Promise<LanguageData> {
  const candidates = [
    { folder: dataDir, gzip: true },
    { folder: dataDir, gzip: false },
    { folder: packageFolder(language), gzip: true },
  ];
  for (const { folder, gzip } of candidates) {
    if (folder !== undefined && (await isThere(join(folder, `${language}.traineddata${gzip ? '.gz' : ''}`)))) {
      return { folder, gzip };
    }
  }
  throw new AppError('MODEL_UNAVAILABLE', {
    detail:
      `Text in pictures cannot be read in the language "${language}" of OCR_LANGUAGES. Install the package ` +
      `@tesseract.js-data/${language} or put ${language}.traineddata into the folder tessdata of MODEL_DIR, then reprocess the file.`,
  });
}

/** A folder that is not there is none that the sandbox may look into, nor is one in a folder that is root's alone. */
const NOT_HERE: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'ERR_ACCESS_DENIED']);

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== undefined && NOT_HERE.has(error.code)) return false;
      throw error;
    },
  );
}

/** The small integer models read as well as the large ones, and faster. */
function packageFolder(language: string): string | undefined {
  try {
    const home = dirname(fileURLToPath(import.meta.resolve(`@tesseract.js-data/${language}/package.json`)));
    return join(home, '4.0.0_best_int');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
