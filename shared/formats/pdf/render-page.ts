import type { PDFPageProxy } from 'pdfjs-dist/types/src/display/api.js';
import type { PageViewport } from 'pdfjs-dist/types/src/display/page_viewport.js';
import { workingSize } from '../image/limits.ts';
import { withoutAlpha } from '../image/open-bmp.ts';
import type { Raster } from '../image/raster.ts';

/** Small print of 8 points is 22 pixels high then; finer, pages take longer and are read no better. */
const PIXELS_PER_INCH = 200;
const POINTS_PER_INCH = 72;
/** Darker than this, a pixel was drawn: paper that was scanned has no pixel of pure white. */
const WHITE = 250;

export interface RenderedPage extends Raster {
  /** Tells where in the raster a place of the page is. */
  viewport: PageViewport;
}

/** Draws a page as it is shown, upright, on white; undefined when nothing is drawn on it. */
export async function renderPage(page: PDFPageProxy): Promise<RenderedPage | undefined> {
  const { createCanvas } = await import('@napi-rs/canvas');
  // What the pages before left behind lies outside the heap, where the collector sees no hurry and a canvas finds no room.
  globalThis.gc?.();
  const natural = page.getViewport({ scale: PIXELS_PER_INCH / POINTS_PER_INCH });
  const { width, height } = workingSize(natural);
  const viewport = page.getViewport({ scale: (PIXELS_PER_INCH / POINTS_PER_INCH) * (width / natural.width) });
  const canvas = createCanvas(width, height);
  try {
    await page.render({ canvas, viewport }).promise;
    const rgb = withoutAlpha(canvas.getContext('2d').getImageData(0, 0, width, height).data);
    return rgb.some((value) => value < WHITE) ? { width, height, rgb, viewport } : undefined;
  } finally {
    // Its memory is not the collector's, which would see no hurry.
    canvas.width = 0;
  }
}
