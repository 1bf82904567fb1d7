import { createTesseractOcr } from '#shared/adapters/tesseract/tesseract-ocr.ts';
import type { ReaderTools } from '../format.ts';
import type { SandboxTask } from './messages.ts';

/** A picture may take this much of its window's time, a starved reader's; what is left is for decoding it. */
const PICTURE_SHARE = 0.7;
/** What a process holds that draws PDF pages and reads them, beside one picture, in MB. */
const LIBRARIES_MB = 370;
/** What decoding a picture of a PDF takes at its peak (measured at 9, 16, 24 and 35 million pixels). */
const BYTES_A_PIXEL = 12.5;
/** The same where the picture has a bit a pixel (measured: 35 million pixels are read within 550 MB). */
const BYTES_A_BIT = 5;

/** The sandbox is a process of its own, and this the only place in it that builds adapters. */
export function buildTools({ ocr, windowTimeoutMs, starvedTimeoutMs, memoryMb }: SandboxTask): ReaderTools {
  const pixelsWithin = (bytesEach: number): number => Math.max(1, (memoryMb - LIBRARIES_MB) / bytesEach) * 1e6;
  return {
    ocr: ocr && createTesseractOcr(ocr),
    pictureTimeoutMs: (starvedTimeoutMs ?? windowTimeoutMs) * PICTURE_SHARE,
    mostPixels: pixelsWithin(BYTES_A_PIXEL),
    mostOneBitPixels: pixelsWithin(BYTES_A_BIT),
  };
}
