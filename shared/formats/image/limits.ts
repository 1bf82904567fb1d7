import { AppError } from '#shared/errors/app-error.ts';
import type { PictureSize } from './raster.ts';

/** What is decoded at most; a bomb of a megabyte can claim gigapixels. */
export const MAX_PIXELS = 50_000_000;
/**
 * Pictures are worked on at this size at most: A4 at 300 dpi has 8.7 million pixels, and finer ones are read no better,
 * only slower.
 */
export const WORKING_PIXELS = 9_000_000;

/** @throws AppError IMAGE_TOO_LARGE above {@link MAX_PIXELS} */
export function assertDecodable({ width, height }: PictureSize, page?: number): void {
  if (width * height <= MAX_PIXELS) return;
  const which = page === undefined ? 'The picture' : `The picture on page ${page}`;
  throw new AppError('IMAGE_TOO_LARGE', {
    detail: `${which} has ${width} × ${height} pixels; at most ${MAX_PIXELS / 1e6} million are allowed. Upload a smaller copy.`,
  });
}

/** The size at which a picture is worked on: its own, or less. */
export function workingSize({ width, height }: PictureSize): PictureSize {
  const scale = Math.min(1, Math.sqrt(WORKING_PIXELS / (width * height)));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
