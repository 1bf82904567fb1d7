import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileTypeFromBuffer } from 'file-type';
import { AppError } from '#shared/errors/app-error.ts';
import { withTempFolder } from '#shared/vault/temp-folder.ts';
import { type ExtractLimits, extractWindows } from './extract-windows.ts';
import { IMAGES } from './image/image.ts';

const HEAD_BYTES = 65_536;

/**
 * Makes the small copy of a picture that nobody vouches for, in the process for that; its words are not read.
 * @param bytes PNG, JPEG, WebP, GIF, TIFF (its first page), AVIF or BMP
 * @throws AppError UNSUPPORTED_TYPE, IMAGE_TOO_LARGE, DAMAGED_FILE, PARSE_TIMEOUT, RESOURCE_LIMIT
 */
export async function lookAtPicture(userId: string, bytes: Uint8Array, limits: ExtractLimits): Promise<Buffer> {
  // Whatever it is called: only its signature counts here.
  const contentType = (await fileTypeFromBuffer(bytes.subarray(0, HEAD_BYTES)))?.mime;
  if (contentType === undefined || !IMAGES.some((format) => format.contentTypes.includes(contentType))) {
    throw noPicture(contentType);
  }
  return withTempFolder(userId, async (folder) => {
    const path = join(folder, 'picture');
    await writeFile(path, bytes);
    const windows = extractWindows({ path, contentType, firstPage: 1, windowPages: 1, limits });
    for await (const { pages } of windows) {
      const picture = pages[0]?.picture;
      if (picture) return Buffer.from(picture.base64, 'base64');
      break;
    }
    throw new AppError('DAMAGED_FILE');
  });
}

function noPicture(contentType?: string): AppError {
  const types = IMAGES.map((format) => `.${format.extensions[0]}`).join(', ');
  return new AppError('UNSUPPORTED_TYPE', {
    detail: `This file is ${contentType ?? 'not a picture'}. To search by picture, send one of these: ${types}.`,
  });
}
