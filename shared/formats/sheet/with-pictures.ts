import type { OpenDocument, ReaderTools } from '../format.ts';
import { createPictureReader, type EmbeddedPicture } from '../ocr/embedded-pictures.ts';

/** A picture on a sheet. */
export interface SheetPicture {
  picture: EmbeddedPicture;
  sheet: string;
  /** At which it begins, from 1. */
  row: number;
}

/**
 * Adds the words in the pictures of a workbook to its rows: each picture that may show words is a page behind them, once.
 * @param document the rows, and the warnings, which grow
 * @throws AppError as Parts.bytes
 */
export async function withSheetPictures(
  document: OpenDocument,
  pictures: readonly SheetPicture[],
  { tools, warn, close }: { tools: ReaderTools; warn(sentence: string): void; close(): void },
): Promise<OpenDocument> {
  const reader = createPictureReader(tools, warn);
  const kept: SheetPicture[] = [];
  const seen = new Set<string>();
  for (const one of pictures) {
    if (seen.size === seen.add(one.picture.part).size || !(await reader.mayShowText(one.picture))) continue;
    kept.push(one);
  }
  const last = await document.page(document.pageCount);
  const charOffset = last.charOffset + last.text.length;
  return {
    ...document,
    pageCount: document.pageCount + kept.length,
    async page(number) {
      const one = kept[number - document.pageCount - 1];
      if (!one) return document.page(number);
      const text = await reader.read(one.picture);
      if (text === '' && charOffset === 0) warn(`No text was found in the picture on the sheet "${one.sheet}".`);
      const rows = [{ offset: 0, row: one.row }];
      return { number, text, headings: [], charOffset, place: { kind: 'sheet', sheet: one.sheet, rows } };
    },
    async close() {
      close();
      await tools.ocr?.close();
    },
  };
}
