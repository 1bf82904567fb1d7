import type { PDFPageProxy } from 'pdfjs-dist/types/src/display/api.js';
import { drawnText } from './drawn-text.ts';
import { type Rules, rulesOf } from './rules.ts';

/** What a page tells only to who draws it. */
export interface PageDrawing {
  text: string;
  rules: Rules;
}

/**
 * Processor time that passing over what a page draws takes, on the way to its text. 100,000 lines take 70 ms, and to list
 * them 2 s and 100 MB. Text and tables of a page take 2 to 5 ms, and their fonts, once, a tenth of a second.
 */
const HEAVY_MS = 30;

/**
 * Reads what is drawn on a page, notes aside. It takes 2 ms beside the 4 of the text, on pages of prose and of tables
 * alike, so it is worth asking only where it can change the text.
 * @param textMs what its text took, by {@link timed}
 * @returns undefined where the drawing is damaged, though its text may be whole, and of maps and plans, which draw too much
 */
export async function readPageDrawing(page: PDFPageProxy, textMs: number): Promise<PageDrawing | undefined> {
  // The first time it may have been the fonts.
  if (textMs > HEAVY_MS && (await timed(() => page.getTextContent())).ms > HEAVY_MS) return undefined;
  const { AnnotationMode, OPS } = await import('pdfjs-dist/legacy/build/pdf.min.mjs');
  const operators = await page.getOperatorList({ annotationMode: AnnotationMode.DISABLE }).catch(() => undefined);
  return operators && { text: drawnText(operators, OPS.showText), rules: rulesOf(operators, OPS) };
}

/** What something costs in processor time: how busy the machine is does not count. */
export async function timed<T>(work: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const before = process.threadCpuUsage();
  const result = await work();
  const { user, system } = process.threadCpuUsage(before);
  return { result, ms: (user + system) / 1000 };
}
