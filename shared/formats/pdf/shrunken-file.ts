import { type FileHandle, open } from 'node:fs/promises';
import type { PDFDataRangeTransport } from 'pdfjs-dist/types/src/display/api.js';
import { findLargePictures, type LargePicture } from './find-large-pictures.ts';
import { shrinkPicture } from './shrink-picture.ts';

/** A PDF that the library asks for piece by piece, and sees with smaller pictures. */
export interface ShrunkenFile {
  range: PDFDataRangeTransport;
  /** What the library may decode at most, now. */
  mostPixels: number;
  close(): Promise<void>;
}

/**
 * Opens a PDF of pictures that are too large for memory so that JPEGs are made smaller when the library comes to them.
 * @param limits.mostPixels what fits into memory; `mostOneBitPixels` where a pixel is a bit
 * @returns undefined where no picture is too large, or none of them can be made to fit: those the library leaves out
 */
export async function openShrunken(
  path: string,
  limits: { mostPixels: number; mostOneBitPixels: number },
): Promise<ShrunkenFile | undefined> {
  const file = await open(path);
  const { size } = await file.stat();
  const pictures = await findLargePictures(file, size, limits.mostPixels);
  if (!pictures?.some(({ kind }) => kind !== 'other')) {
    await file.close();
    return undefined;
  }
  const { PDFDataRangeTransport } = await import('pdfjs-dist/legacy/build/pdf.min.mjs');
  const range = new PDFDataRangeTransport(size, null);
  const read = rangeReader(
    file,
    pictures.filter(({ kind }) => kind !== 'one-bit'),
  );
  // A failure to read the file ends the process, and with it the attempt.
  range.requestDataRange = (begin: number, end: number): void => {
    void read(begin, end).then((bytes) => range.onDataRange(begin, bytes));
  };
  return { range, mostPixels: limits.mostOneBitPixels, close: () => file.close() };
}

function rangeReader(file: FileHandle, pictures: readonly LargePicture[]) {
  // The library asks for the parts of one picture after the other.
  let last: { picture: LargePicture; bytes: Promise<Buffer> } | undefined;
  const shrunken = (picture: LargePicture): Promise<Buffer> => {
    if (last?.picture !== picture) last = { picture, bytes: shrinkPicture(file, picture) };
    return last.bytes;
  };
  return async (begin: number, end: number): Promise<Uint8Array> => {
    const bytes = new Uint8Array(end - begin);
    await file.read(bytes, 0, bytes.length, begin);
    for (const picture of pictures) {
      const from = Math.max(begin, picture.start);
      const to = Math.min(end, picture.streamEnd);
      if (from >= to) continue;
      bytes.set((await shrunken(picture)).subarray(from - picture.start, to - picture.start), from - begin);
    }
    return bytes;
  };
}
