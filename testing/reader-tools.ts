import type { ReaderTools } from '#shared/formats/format.ts';
import type { OcrSettings } from '#shared/formats/sandbox/messages.ts';

/** For documents without pictures: reading one fails. */
export const NO_TOOLS: ReaderTools = {
  ocr: {
    languages: ['eng'],
    read: () => Promise.reject(new Error('No picture was expected.')),
    close: async () => undefined,
  },
  pictureTimeoutMs: 1_000,
  mostPixels: 1_000_000,
  mostOneBitPixels: 1_000_000,
};

export const ENGLISH: OcrSettings = { languages: ['eng'], dataDir: 'nowhere' };
