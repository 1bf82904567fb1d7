import type { Metadata } from 'sharp';
import { AppError } from '#shared/errors/app-error.ts';
import { assertDecodable, MAX_PIXELS, workingSize } from './limits.ts';
import { loadSharp } from './load-sharp.ts';
import type { PictureFile } from './picture-file.ts';
import type { Raster } from './raster.ts';

/** Pages of one TIFF; each is looked at before any is decoded, and finding one takes longer the further back it is. */
const MAX_PAGES = 2_000;

/**
 * Opens PNG, JPEG, WebP, GIF, TIFF and AVIF, at a path or in memory. Of a moving picture the first frame is read; a TIFF may have many pages.
 * @throws AppError IMAGE_TOO_LARGE, RESOURCE_LIMIT (pages), DAMAGED_FILE
 */
export async function openWithSharp(source: string | Buffer): Promise<PictureFile> {
  const sharp = await loadSharp();
  // The limit is ours to tell, in a sentence of its own.
  const head = (page: number): Promise<Metadata> => sharp(source, { page, limitInputPixels: false }).metadata();
  const first = await head(0);
  const pageCount = first.format === 'tiff' ? (first.pages ?? 1) : 1;
  if (pageCount > MAX_PAGES) {
    throw new AppError('RESOURCE_LIMIT', {
      detail: `The file has ${pageCount} pictures; at most ${MAX_PAGES} are allowed.`,
    });
  }
  assertDecodable(first, pageCount > 1 ? 1 : undefined);
  for (let page = 1; page < pageCount; page++) {
    // A page whose header cannot be read is told when its turn comes.
    const size = await head(page).catch(() => undefined);
    if (size) assertDecodable(size, page + 1);
  }

  async function decode(page: number, failOn: 'error' | 'none'): Promise<Raster> {
    const image = sharp(source, { page: page - 1, limitInputPixels: MAX_PIXELS, failOn, sequentialRead: true });
    const { autoOrient } = await image.metadata();
    const { width, height } = workingSize(autoOrient);
    const { data, info } = await image
      .autoOrient()
      .resize({ width, height, fit: 'fill' })
      .flatten({ background: 'white' })
      .toColourspace('srgb')
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, rgb: toThreeChannels(data, info.channels) };
  }

  return {
    pageCount,
    async raster(page, warn) {
      try {
        return await decode(page, 'error');
      } catch (error) {
        const raster = await decode(page, 'none').catch(() => {
          throw error;
        });
        warn(`The picture on page ${page} is damaged; only the intact part was read.`);
        return raster;
      }
    },
  };
}

/** Grey pictures stay grey through every conversion. */
function toThreeChannels(data: Buffer, channels: number): Buffer {
  if (channels === 3) return data;
  const rgb = Buffer.allocUnsafe((data.length / channels) * 3);
  for (let from = 0, to = 0; from < data.length; from += channels, to += 3) rgb.fill(data[from] ?? 0, to, to + 3);
  return rgb;
}
