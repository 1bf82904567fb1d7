import type { GreyImage } from '#shared/ports/ocr.ts';
import type { Raster } from '../image/raster.ts';

/** By how much an image is turned clockwise, in quarters. */
export type QuarterTurns = 0 | 1 | 2 | 3;

export function toGrey({ width, height, rgb }: Raster): GreyImage {
  const pixels = new Uint8Array(width * height);
  for (let at = 0, from = 0; at < pixels.length; at++, from += 3) {
    // What the eye makes of the three, in 256ths.
    pixels[at] = ((rgb[from] ?? 0) * 77 + (rgb[from + 1] ?? 0) * 150 + (rgb[from + 2] ?? 0) * 29) >> 8;
  }
  return { width, height, pixels };
}

export function turn(image: GreyImage, turns: QuarterTurns): GreyImage {
  if (turns === 0) return image;
  const { width, height, pixels } = image;
  const turned = new Uint8Array(pixels.length);
  // Where the first pixel goes, and how far apart neighbours in a row and in a column come to lie.
  const [start, alongRow, alongColumn] =
    turns === 1
      ? [height - 1, height, -1]
      : turns === 2
        ? [pixels.length - 1, -1, -width]
        : [(width - 1) * height, -height, 1];
  for (let y = 0, from = 0; y < height; y++) {
    for (let x = 0, to = start + y * alongColumn; x < width; x++, to += alongRow) turned[to] = pixels[from++] ?? 0;
  }
  return turns === 2 ? { width, height, pixels: turned } : { width: height, height: width, pixels: turned };
}

/** A rectangle of an image, in pixels. */
interface Area {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

/** Where an area of a turned image lies in the image that was turned, whose size is given. */
export function turnBack({ x0, y0, x1, y1 }: Area, turns: QuarterTurns, size: { width: number; height: number }): Area {
  const { width, height } = size;
  switch (turns) {
    case 0:
      return { x0, y0, x1, y1 };
    case 1:
      return { x0: y0, y0: height - x1, x1: y1, y1: height - x0 };
    case 2:
      return { x0: width - x1, y0: height - y1, x1: width - x0, y1: height - y0 };
    case 3:
      return { x0: width - y1, y0: x0, x1: width - y0, y1: x1 };
  }
}

/** The part of at most `side` × `side` pixels in which most happens: where text is, if there is any. */
export function busiestPart(image: GreyImage, side: number): GreyImage {
  if (image.width <= side && image.height <= side) return image;
  const width = Math.min(side, image.width);
  const height = Math.min(side, image.height);
  let best = { x: 0, y: 0, edges: -1 };
  for (let y = 0; y <= image.height - height; y += Math.max(1, Math.min(height >> 1, image.height - height - y))) {
    for (let x = 0; x <= image.width - width; x += Math.max(1, Math.min(width >> 1, image.width - width - x))) {
      const edges = countEdges(image, x, y, width, height);
      if (edges > best.edges) best = { x, y, edges };
    }
  }
  const pixels = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const from = (best.y + row) * image.width + best.x;
    pixels.set(image.pixels.subarray(from, from + width), row * width);
  }
  return { width, height, pixels };
}

/** Steps from dark to light along every eighth row. */
function countEdges({ width: stride, pixels }: GreyImage, x: number, y: number, width: number, height: number): number {
  let edges = 0;
  for (let row = y; row < y + height; row += 8) {
    for (let at = row * stride + x + 1; at < row * stride + x + width; at++) {
      if (Math.abs((pixels[at] ?? 0) - (pixels[at - 1] ?? 0)) > 60) edges++;
    }
  }
  return edges;
}
