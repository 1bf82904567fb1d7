import { readFile } from 'node:fs/promises';
import { AppError } from '#shared/errors/app-error.ts';
import { assertDecodable, workingSize } from './limits.ts';
import type { PictureFile } from './picture-file.ts';
import type { PictureSize } from './raster.ts';

/** The oldest header, of OS/2, tells sizes in two bytes each. */
const OS2_HEADER_BYTES = 12;

/** Opens BMP, which the other library does not read. @throws AppError IMAGE_TOO_LARGE, DAMAGED_FILE */
export async function openBmp(source: string | Buffer): Promise<PictureFile> {
  const bytes = typeof source === 'string' ? await readFile(source) : source;
  assertDecodable(sizeOf(bytes));
  return {
    pageCount: 1,
    async raster() {
      const { createCanvas, loadImage } = await import('@napi-rs/canvas');
      const image = await loadImage(bytes);
      const { width, height } = workingSize(image);
      const context = createCanvas(width, height).getContext('2d');
      context.fillStyle = 'white';
      context.fillRect(0, 0, width, height);
      context.imageSmoothingQuality = 'high';
      context.drawImage(image, 0, 0, width, height);
      return { width, height, rgb: withoutAlpha(context.getImageData(0, 0, width, height).data) };
    },
  };
}

function sizeOf(bytes: Buffer): PictureSize {
  if (bytes.length < 26) throw new AppError('DAMAGED_FILE', { detail: 'The picture ends inside its header.' });
  const old = bytes.readUInt32LE(14) === OS2_HEADER_BYTES;
  const width = old ? bytes.readUInt16LE(18) : bytes.readInt32LE(18);
  // Rows that go down are told by a negative height.
  const height = old ? bytes.readUInt16LE(20) : bytes.readInt32LE(22);
  return { width: Math.abs(width), height: Math.abs(height) };
}

export function withoutAlpha(rgba: Uint8ClampedArray): Buffer {
  const rgb = Buffer.allocUnsafe((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from] ?? 0;
    rgb[to + 1] = rgba[from + 1] ?? 0;
    rgb[to + 2] = rgba[from + 2] ?? 0;
  }
  return rgb;
}
