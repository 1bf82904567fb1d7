import { stat } from 'node:fs/promises';
import { AppError } from '#shared/errors/app-error.ts';
import type { ExtractedPage, Format, OpenDocument, ReaderTools } from '#shared/formats/format.ts';
import { isOutOfMemory } from '#shared/formats/sandbox/out-of-memory.ts';
import { wasReadBefore } from './areas-to-read.ts';
import { attachmentsOf } from './attachments.ts';
import { mayHavePictures } from './find-large-pictures.ts';
import { createFonts } from './fonts.ts';
import { loadPdf } from './load-pdf.ts';
import { countOmittedPictures } from './omitted-pictures.ts';
import { openRawObjects, type RawObjects } from './raw-objects.ts';
import { type PageContent, readContent } from './read-content.ts';
import { nothingFound, type ReadPage, readPage, tellPage } from './read-page.ts';
import { type DocumentTraits, sampleDocument } from './sample-document.ts';
import { readXfaPage } from './xfa-page.ts';
import { readXfaSource } from './xfa-source.ts';

/** A damaged page tree can claim a thousand million pages; the longest real documents have some ten thousand. */
const MAX_PAGES = 100_000;
/** What programs show that cannot show the form that the file is. */
const NO_FORM = /please\s+wait|not\s+eventually\s+replaced|pdf\s+viewer\s+may\s+not/i;

/** PDF, page by page, in reading order, as it is shown: what only pictures say is drawn and read. */
export const pdf: Format = {
  id: 'pdf',
  contentTypes: ['application/pdf', 'application/x-pdf'],
  extensions: ['pdf'],
  family: 'pdf',
  paged: true,
  nativeAddons: true,
  threads: 1,
  holdsFiles: true,
  open: openPdf,
};

async function openPdf(path: string, tools: ReaderTools): Promise<OpenDocument> {
  const { document, ...loaded } = await loadPdf(path, tools);
  if (document.numPages > MAX_PAGES) {
    throw new AppError('DAMAGED_FILE', {
      detail: `The file is damaged: it claims to have ${document.numPages} pages.`,
    });
  }
  const omitted = countOmittedPictures();
  const warnings: string[] = [];
  const fonts = createFonts();
  let opened: Promise<RawObjects> | undefined;
  const objects = (): Promise<RawObjects> => {
    opened ??= openRawObjects(path);
    return opened;
  };
  const withPictures = await mayHavePictures(path);
  const attachments = attachmentsOf(document, { objects, fileBytes: (await stat(path)).size }, (warning) =>
    warnings.push(warning),
  );
  let sampled: Promise<DocumentTraits> | undefined;

  async function readWhole(content: PageContent, traits: DocumentTraits): Promise<ReadPage> {
    const { ocr, pictureTimeoutMs } = tools;
    if (!ocr) return tellPage(content, traits);
    const { pageNumber } = content.page;
    try {
      const read = await readPage({ ocr, pictureTimeoutMs }, content, traits, withPictures);
      if (omitted.take() === 0 || (await wasReadBefore(content))) return read;
      const others = read.warnings.filter((warning) => warning !== nothingFound(pageNumber));
      return { ...read, warnings: [...others, tooLarge(pageNumber, tools.mostPixels)] };
    } catch (error) {
      if (isOutOfMemory(error) || error instanceof AppError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      const { page, warnings: others } = await tellPage(content, traits);
      return { page, warnings: [...others, `The pictures on page ${pageNumber} could not be read: ${reason}`] };
    }
  }

  async function withForm(page: ExtractedPage): Promise<ExtractedPage> {
    const { text, isWhole } = await readXfaSource(await objects());
    if (!isWhole || text === '')
      warnings.push('The form in the PDF (XFA) is damaged or encrypted and was not fully read.');
    if (text === '') return page;
    const { place: _, ...rest } = page;
    return NO_FORM.test(page.text)
      ? { ...rest, text, headings: [] }
      : { ...page, text: `${page.text}\n\n${text}`.trim() };
  }

  return {
    pageCount: document.numPages,
    warnings,
    async page(number): Promise<ExtractedPage> {
      const page = await document.getPage(number);
      try {
        if (loaded.form === 'laid out') return { number, text: await readXfaPage(page), headings: [], charOffset: 0 };
        sampled ??= sampleDocument(document);
        omitted.take();
        const read = await readWhole(await readContent(page, fonts, objects), await sampled);
        warnings.push(...read.warnings);
        return loaded.form === 'not laid out' && number === 1 ? await withForm(read.page) : read.page;
      } finally {
        page.cleanup();
      }
    },
    holdsFiles: attachments.any,
    children: attachments.children,
    async close() {
      omitted.stop();
      await tools.ocr?.close();
      await loaded.close();
    },
  };
}

function tooLarge(page: number, mostPixels: number): string {
  const millions = Math.floor(mostPixels / 1e6);
  return (
    `A picture on page ${page} was skipped: it has more than ${millions} million pixels. ` +
    'Scan it at 300 dpi or raise PARSE_MEMORY_MB.'
  );
}
