import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extractWindows, type OcrSettings } from '#shared/formats/extract-windows.ts';
import type { ExtractedPage } from '#shared/formats/format.ts';
import { ENGLISH } from './reader-tools.ts';

/**
 * Reads a whole document in the sandbox, as the extract stage does.
 * @param ocr null: words in pictures are not read
 */
export async function readDocument(
  bytes: Uint8Array,
  contentType: string,
  ocr: OcrSettings | null = ENGLISH,
): Promise<{ pages: ExtractedPage[]; warnings: string[]; windows: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'omnirag-document-'));
  try {
    const path = join(folder, 'document');
    await writeFile(path, bytes);
    const read = { pages: [] as ExtractedPage[], warnings: [] as string[], windows: 0 };
    const limits = { windowTimeoutMs: 60_000, memoryMb: 600 };
    for await (const window of extractWindows({
      path,
      contentType,
      firstPage: 1,
      windowPages: 50,
      limits,
      ocr: ocr ?? undefined,
    })) {
      read.pages.push(...window.pages);
      read.warnings.push(...window.warnings);
      read.windows++;
    }
    return read;
  } finally {
    await rm(folder, { recursive: true });
  }
}
