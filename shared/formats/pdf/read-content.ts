import type { PDFPageProxy, TextItem } from 'pdfjs-dist/types/src/display/api.js';
import { withActualText } from './actual-text.ts';
import { type Annotation, readAnnotations } from './annotation.ts';
import type { Fonts } from './fonts.ts';
import { withoutMarks } from './marks.ts';
import { type Drawing, readDrawing } from './operators.ts';
import { type PageDrawing, readPageDrawing, timed } from './page-drawing.ts';
import type { RawObjects } from './raw-objects.ts';
import { type Remark, readRemarks } from './remarks.ts';
import { type ShownLines, shownLines } from './shown-lines.ts';

/** What the file itself tells of the text on a page. */
export interface PageContent {
  page: PDFPageProxy;
  /** Runs that the page draws, as far as their characters are known. */
  items: TextItem[];
  /** Runs in fonts that do not tell which characters they show. */
  unreadable: TextItem[];
  /** What fields, stamps and text boxes show. */
  lines: ShownLines[];
  remarks: Remark[];
  /** Notes and fields beyond those that are read. */
  omittedNotes: number;
  isVertical(fontName: string): boolean;
  /** What it draws beside text; looked for when it is first asked for. */
  drawing(): Promise<Drawing>;
  /** Letters as they are drawn, and lines; undefined where that is damaged or too much. */
  lettersAndRules(): Promise<PageDrawing | undefined>;
}

/** @param objects of the file, as they stand in it */
export async function readContent(
  page: PDFPageProxy,
  fonts: Fonts,
  objects: () => Promise<RawObjects>,
): Promise<PageContent> {
  let drawn: Promise<Drawing> | undefined;
  const drawing = (): Promise<Drawing> => {
    drawn ??= readDrawing(page);
    return drawn;
  };
  // Normalising comes after letters of writing from right to left are in their order.
  const { result, ms } = await timed(() =>
    page.getTextContent({ includeMarkedContent: true, disableNormalization: true }),
  );
  const { items, styles } = result;
  const runs = (await withActualText(page, items, objects)).map(withoutMarks);
  const { readable, unreadable } = await fonts.sort(page, runs, drawing);
  const { annotations, omitted } = await readAnnotations(page);
  const faces = annotations.some(hasFace) ? (await drawing()).faces : new Map<string, string>();
  return {
    page,
    items: readable,
    unreadable,
    lines: shownLines(annotations, readable, faces),
    remarks: readRemarks(annotations, faces),
    omittedNotes: omitted,
    isVertical: (fontName) => styles[fontName]?.vertical === true,
    drawing,
    lettersAndRules: () => readPageDrawing(page, ms),
  };
}

function hasFace({ subtype, field }: Annotation): boolean {
  return subtype === 'Stamp' || subtype === 'Watermark' || field?.kind === 'face';
}
