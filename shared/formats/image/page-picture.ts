import type { PagePicture } from '../format.ts';
import { loadSharp } from './load-sharp.ts';
import type { Raster } from './raster.ts';

/** Models that compare pictures look at 224 to 384 pixels; a preview needs a little more. */
const LONG_SIDE = 512;

/** A small copy that goes with the page. */
export async function toPagePicture({ rgb, width, height }: Raster): Promise<PagePicture> {
  const sharp = await loadSharp();
  const { data, info } = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .resize({ width: LONG_SIDE, height: LONG_SIDE, fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 85 })
    .toBuffer({ resolveWithObject: true });
  return { contentType: 'image/webp', width: info.width, height: info.height, base64: data.toString('base64') };
}
