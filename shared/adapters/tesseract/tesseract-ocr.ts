import { EventEmitter, once } from 'node:events';
import type { Page, Worker } from 'tesseract.js';
import type { GreyImage, Ocr, OcrParagraph } from '#shared/ports/ocr.ts';
import { findLanguageData, type LanguageData } from './language-data.ts';

export interface TesseractSettings {
  languages: readonly [string, ...string[]];
  /** A folder of `<language>.traineddata[.gz]` files, looked at before the installed packages. */
  dataDir: string;
}

/** What is smaller holds no letter, and the library complains about it. */
const MIN_SIDE = 8;

/**
 * Tesseract in WebAssembly, on a thread of its own that is kept for the next image in the same language: starting takes
 * 0.25 s, a page 4. One language at a time: given several, the library keeps to the first, and threads for all of them
 * would take 50 MB each.
 */
export function createTesseractOcr({ languages, dataDir }: TesseractSettings): Ocr {
  let found: Map<string, LanguageData> | undefined;
  let running: { language: string; worker: Worker } | undefined;

  async function workerFor(language: string): Promise<Worker> {
    found ??= await findAll();
    if (running?.language === language) return running.worker;
    await close();
    const data = found.get(language);
    if (!data) throw new RangeError(`"${language}" is not one of the languages ${languages.join(', ')}.`);
    // The library takes 20 MB and a tenth of a second to load: only when there is something to read.
    const { createWorker, OEM } = await import('tesseract.js');
    const worker = await createWorker(language, OEM.LSTM_ONLY, {
      langPath: data.folder,
      gzip: data.gzip,
      cacheMethod: 'none',
      // Without it the library throws where nobody can catch; failures come as rejections all the same.
      errorHandler: () => undefined,
    });
    running = { language, worker };
    return worker;
  }

  async function findAll(): Promise<Map<string, LanguageData>> {
    const pairs = languages.map(async (name) => [name, await findLanguageData(name, dataDir)] as const);
    return new Map(await Promise.all(pairs));
  }

  async function close(): Promise<void> {
    const old = running;
    running = undefined;
    if (!old) return;
    // The library does not wait for the end, and two threads at once are more than the memory limit knows of.
    const ended = once(threadOf(old.worker), 'exit');
    await old.worker.terminate();
    await ended;
  }

  return {
    languages,
    async read(image, language, until) {
      if (Math.min(image.width, image.height) < MIN_SIDE) return [];
      const page = await before(until, async () => {
        const worker = await workerFor(language);
        return (await worker.recognize(toPgm(image), {}, { text: false, blocks: true })).data;
      });
      // A thread that is at work cannot be told to stop.
      if (page === undefined) await close();
      return page && toParagraphs(page);
    },
    close,
  };
}

/** The library's types leave out the thread, which it hands out. */
function threadOf(worker: Worker): EventEmitter {
  if ('worker' in worker && worker.worker instanceof EventEmitter) return worker.worker;
  throw new TypeError('The OCR library does not show its thread.');
}

/** @returns undefined when `until` comes first; the work then goes on, unheard */
async function before<T>(until: number, work: () => Promise<T>): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), Math.max(0, until - Date.now()));
  const done = work();
  // Heard below, unless the time is up first.
  done.catch(() => undefined);
  try {
    return await Promise.race([done, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** The plainest format there is: nothing to compress, and nothing to decompress. */
function toPgm({ width, height, pixels }: GreyImage): Buffer {
  return Buffer.concat([Buffer.from(`P5 ${width} ${height} 255\n`, 'latin1'), pixels]);
}

function toParagraphs({ blocks }: Page): OcrParagraph[] {
  return (blocks ?? []).flatMap(({ paragraphs }) =>
    paragraphs.map(({ lines }) =>
      lines.map(({ words }) => words.map(({ text, confidence, bbox }) => ({ text, confidence, ...bbox }))),
    ),
  );
}
