import type { Ocr } from '#shared/ports/ocr.ts';
import type { ExtractedPage, ReaderTools } from '../format.ts';
import { toPagePicture } from '../image/page-picture.ts';
import { areasToRead } from './areas-to-read.ts';
import { layOutPage } from './lay-out-page.ts';
import { readAreas } from './read-areas.ts';
import type { PageContent } from './read-content.ts';
import { isScan, linesShown, readScan } from './read-scan.ts';
import { renderPage } from './render-page.ts';
import type { DocumentTraits } from './sample-document.ts';

/** What reading a page makes of it. */
export interface ReadPage {
  page: ExtractedPage;
  warnings: string[];
}

export interface PageTools extends Pick<ReaderTools, 'pictureTimeoutMs'> {
  ocr: Ocr;
}

/** The page as far as the file itself tells it. */
export async function tellPage(content: PageContent, traits: DocumentTraits): Promise<ReadPage> {
  const { text, headings, boxes } = await layOutPage(content, [], traits);
  const number = content.page.pageNumber;
  const warnings = content.unreadable.length > 0 ? [unreadableFont(number)] : [];
  const page = { number, text, headings, charOffset: 0 };
  return {
    page: boxes.length === 0 ? page : { ...page, place: { kind: 'page', boxes } },
    warnings: [...warnings, ...omittedNotes(content)],
  };
}

/**
 * The page as it is shown: with what only its pictures say, and with text in fonts that do not tell their characters.
 * @param mayHavePictures false where the whole file has none
 * @throws AppError MODEL_UNAVAILABLE
 */
export async function readPage(
  { ocr, pictureTimeoutMs }: PageTools,
  content: PageContent,
  traits: DocumentTraits,
  mayHavePictures: boolean,
): Promise<ReadPage> {
  const whole = await isScan(content);
  const areas = whole ? [] : await areasToRead(content, mayHavePictures);
  const told = await tellPage(content, traits);
  if (!whole && areas.length === 0) return told;
  const drawn = await renderPage(content.page);
  if (!drawn) return told;
  const until = Date.now() + pictureTimeoutMs;
  const { number } = told.page;
  if (whole) {
    const read = await readScan(ocr, content, drawn, until);
    const picture = await toPagePicture(drawn);
    if (!read || read.text === '') {
      const missing = read ? nothingFound(number) : tooLate(number);
      const warnings = told.page.text === '' || !read ? [...told.warnings, missing] : told.warnings;
      return { page: { ...told.page, picture }, warnings };
    }
    const { text, words } = read;
    return {
      page: { ...told.page, text, headings: [], picture, place: { kind: 'picture', words } },
      warnings: omittedNotes(content),
    };
  }
  const { read, late } = await readAreas(
    ocr,
    { items: content.items, lines: linesShown(content, drawn) },
    drawn,
    areas,
    until,
  );
  const warnings = omittedNotes(content);
  if (late > 0) warnings.push(tooLate(number));
  const unread = areas.some(({ area, isText }) => isText && !read.some((one) => one.area === area));
  if (unread) warnings.push(unreadableFont(number));
  if (read.length === 0) return { page: told.page, warnings };
  const { words, text, headings } = await layOutPage(content, read, traits);
  const picture = await toPagePicture(drawn);
  return { page: { ...told.page, text, headings, picture, place: { kind: 'picture', words } }, warnings };
}

function omittedNotes({ omittedNotes: omitted, page }: PageContent): string[] {
  return omitted === 0 ? [] : [`Page ${page.pageNumber} has too many notes and fields: ${omitted} were skipped.`];
}

export function nothingFound(page: number): string {
  return `No text was found in the picture on page ${page}.`;
}

function tooLate(page: number): string {
  return `The picture on page ${page} could not be read within the time limit.`;
}

function unreadableFont(page: number): string {
  return `Text on page ${page} was not read: its font does not tell which characters it shows.`;
}
