import type { FileHandle } from 'node:fs/promises';
import { MAX_PIXELS } from '../image/limits.ts';
import { loadSharp } from '../image/load-sharp.ts';
import type { PictureSize } from '../image/raster.ts';
import type { LargePicture } from './find-large-pictures.ts';

/** A4 at 250 dpi; pages are drawn at 200. */
const SHRUNKEN_PIXELS = 6_000_000;
/** A sixth of the pixels fits into the bytes of nearly every JPEG at the first of these. */
const QUALITIES = [85, 65, 40];
/** Written in as many digits as there are, more than anybody's memory holds. */
const REFUSED: PictureSize = { width: Number.POSITIVE_INFINITY, height: Number.POSITIVE_INFINITY };

/**
 * The same picture with fewer pixels in the same place of the file: its dictionary with another size, and a JPEG that is
 * filled up to the length of the one before. The decoder leaves pixels out while it reads, so that 35 million take 40 MB
 * where the PDF library takes 440.
 * @returns bytes from `picture.start` to `picture.streamEnd`; of a picture that cannot be shrunk its dictionary with
 *   a size that is refused
 */
export async function shrinkPicture(file: FileHandle, picture: LargePicture): Promise<Buffer> {
  const bytes = Buffer.alloc(picture.streamEnd - picture.start);
  await file.read(bytes, 0, bytes.length, picture.start);
  const dictionary = bytes.subarray(0, picture.streamStart - picture.start);
  const stream = bytes.subarray(dictionary.length);
  const size = shrunkenSize(picture);
  const smaller = await smallerJpeg(stream, size);
  if (smaller) {
    stream.fill(0);
    smaller.copy(stream);
  }
  dictionary.write(withSize(dictionary.toString('latin1'), smaller ? size : REFUSED), 'latin1');
  return bytes;
}

function shrunkenSize({ width, height }: PictureSize): PictureSize {
  const scale = Math.sqrt(SHRUNKEN_PIXELS / (width * height));
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

/** @returns undefined where it does not fit, or is no JPEG of grey or of colours as screens have them */
async function smallerJpeg(jpeg: Buffer, { width, height }: PictureSize): Promise<Buffer | undefined> {
  const sharp = await loadSharp();
  const open = () => sharp(jpeg, { limitInputPixels: MAX_PIXELS, failOn: 'none', sequentialRead: true });
  const channels = await open()
    .metadata()
    .then((metadata) => metadata.channels)
    .catch(() => undefined);
  if (channels !== 1 && channels !== 3) return undefined;
  for (const quality of QUALITIES) {
    const smaller = await open()
      .resize({ width, height, fit: 'fill' })
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .jpeg({ quality })
      .toBuffer()
      .catch(() => undefined);
    if (!smaller) return undefined;
    if (smaller.length <= jpeg.length) return smaller;
  }
  return undefined;
}

/** Numbers take as many digits as before, so that nothing moves; infinity is as many nines. */
function withSize(dictionary: string, size: PictureSize): string {
  return dictionary.replaceAll(/(\/(Width|Height)\s+)(\d+)/g, (_, name: string, side: string, digits: string) => {
    const pixels = side === 'Width' ? size.width : size.height;
    return name + (Number.isFinite(pixels) ? String(pixels).padEnd(digits.length) : '9'.repeat(digits.length));
  });
}
