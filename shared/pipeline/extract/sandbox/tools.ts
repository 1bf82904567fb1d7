import { createTesseractOcr } from '#shared/adapters/tesseract/tesseract-ocr.ts';
import type { ReaderTools } from '../format.ts';
import type { SandboxTask } from './messages.ts';

/** A picture may take this much of its window's time; what is left is for decoding it. */
const PICTURE_SHARE = 0.7;

/** The sandbox is a process of its own, and this the only place in it that builds adapters. */
export function buildTools({ ocr, windowTimeoutMs }: SandboxTask): ReaderTools {
  return { ocr: ocr && createTesseractOcr(ocr), pictureTimeoutMs: windowTimeoutMs * PICTURE_SHARE };
}
