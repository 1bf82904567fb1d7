import type { PDFPageProxy } from 'pdfjs-dist/types/src/display/api.js';
import { drawnText } from './drawn-text.ts';
import { type Rules, rulesOf } from './rules.ts';

/** What a page tells only to who draws it. */
export interface PageDrawing {
  text: string;
  rules: Rules;
}

/**
 * Reads what is drawn on a page, pictures and notes aside. It takes 2 ms beside the 4 of the text, on pages of prose and
 * of tables alike, so it is worth asking only where it can change the text.
 * @returns undefined where the drawing is damaged; its text may be whole
 */
export async function readDrawing(page: PDFPageProxy): Promise<PageDrawing | undefined> {
  const { AnnotationMode, OPS } = await import('pdfjs-dist/legacy/build/pdf.min.mjs');
  const operators = await page.getOperatorList({ annotationMode: AnnotationMode.DISABLE }).catch(() => undefined);
  return operators && { text: drawnText(operators, OPS.showText), rules: rulesOf(operators, OPS) };
}
