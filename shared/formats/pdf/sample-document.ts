import type { PDFDocumentProxy, PDFPageProxy, TextItem } from 'pdfjs-dist/types/src/display/api.js';
import type { Fragment } from './fragment.ts';
import { toFragments } from './fragment.ts';
import { SOFT_HYPHEN } from './hyphenation.ts';
import { readPageDrawing, timed } from './page-drawing.ts';
import { bodySizeOf, countSizes } from './page-text.ts';
import { mayMissHyphens } from './soft-hyphens.ts';

/** Pages that speak for the document. */
const SAMPLE_PAGES = 8;

/** What a page alone may not show. */
export interface DocumentTraits {
  bodySize: number | undefined;
  /** Whether words at line ends are divided by soft hyphens. */
  softHyphens: boolean;
}

/** The same for every page of a document, whichever is read first, so that a repeated extraction answers the same. */
export async function sampleDocument(document: PDFDocumentProxy): Promise<DocumentTraits> {
  const counts = new Map<number, number>();
  let softHyphens = false;
  for (let number = 1; number <= Math.min(SAMPLE_PAGES, document.numPages); number++) {
    const page = await document.getPage(number).catch(() => undefined);
    const read = page && (await readFragments(page).catch(() => undefined));
    if (!read) continue;
    countSizes(read.groups, counts);
    if (softHyphens || !mayMissHyphens(read.groups)) continue;
    softHyphens = (await readPageDrawing(page, read.ms))?.text.includes(SOFT_HYPHEN) ?? false;
  }
  return { bodySize: bodySizeOf(counts), softHyphens };
}

async function readFragments(page: PDFPageProxy): Promise<{ groups: Fragment[][]; ms: number }> {
  const { result, ms } = await timed(() => page.getTextContent({ disableNormalization: true }));
  const runs = result.items.filter((item): item is TextItem => 'str' in item);
  return { groups: toFragments(runs, (fontName) => result.styles[fontName]?.vertical === true), ms };
}
