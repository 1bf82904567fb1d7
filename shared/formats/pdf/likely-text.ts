import type { GreyImage } from '#shared/ports/ocr.ts';

/** A sample of rows and columns is enough to tell. */
const SAMPLED_ROWS = 400;
const GREYS = 16;
/** Of text on a plain ground, most pixels have the ground's grey or the ink's. */
const PLAIN_SHARE = 0.55;
/** Steps from light to dark along a row, for each pixel: a line of text in every fifth row has one a letter's width. */
const [LEAST_EDGES, MOST_EDGES] = [0.0015, 0.3];
const EDGE = 60;

/** Whether a picture looks like writing on a plain ground rather than like a photograph or a plain colour. */
export function isLikelyText({ width, height, pixels }: GreyImage): boolean {
  const greys = new Array<number>(GREYS).fill(0);
  const step = Math.max(1, Math.floor(height / SAMPLED_ROWS));
  let edges = 0;
  let seen = 0;
  for (let y = 0; y < height; y += step) {
    for (let at = y * width + 1; at < (y + 1) * width; at++) {
      const grey = pixels[at] ?? 0;
      const bin = (grey * GREYS) >> 8;
      greys[bin] = (greys[bin] ?? 0) + 1;
      if (Math.abs(grey - (pixels[at - 1] ?? 0)) > EDGE) edges++;
      seen++;
    }
  }
  const [most = 0, next = 0, third = 0] = greys.sort((a, b) => b - a);
  const share = edges / Math.max(1, seen);
  return most + next + third >= PLAIN_SHARE * seen && share >= LEAST_EDGES && share <= MOST_EDGES;
}
