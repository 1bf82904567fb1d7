import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_TOOLS } from '#testing/reader-tools.ts';
import type { ExtractedPage, Format } from '../format.ts';

export interface ReadDocument {
  pages: ExtractedPage[];
  warnings: string[];
}

/** Reads a document in this process. @throws what the format throws */
export async function readBytes(format: Format, bytes: Uint8Array | string): Promise<ReadDocument> {
  const folder = await mkdtemp(join(tmpdir(), 'omnirag-extract-'));
  const path = join(folder, 'document');
  try {
    await writeFile(path, bytes);
    const document = await format.open(path, NO_TOOLS);
    const pages: ExtractedPage[] = [];
    for (let number = 1; number <= document.pageCount; number++) pages.push(await document.page(number));
    await document.close();
    return { pages, warnings: document.warnings };
  } finally {
    await rm(folder, { recursive: true });
  }
}
