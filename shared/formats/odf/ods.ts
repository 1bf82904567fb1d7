import type { Format, OpenDocument } from '#shared/formats/format.ts';

/** OpenDocument spreadsheets: every sheet, row by row, as its cells show it. */
export const ods: Format = {
  id: 'ods',
  contentTypes: [
    'application/vnd.oasis.opendocument.spreadsheet',
    'application/vnd.oasis.opendocument.spreadsheet-template',
  ],
  extensions: ['ods', 'ots'],
  family: 'odf',
  paged: false,
  open: openOds,
};

async function openOds(path: string): Promise<OpenDocument> {
  const { openOdf } = await import('./open-odf.ts');
  const { createSheetReader } = await import('./read-sheets.ts');
  const { readObjects } = await import('./read-objects.ts');
  const { createSheetPages } = await import('#shared/formats/sheet/sheet-pages.ts');
  const file = await openOdf(path, 'spreadsheet');
  const pages = createSheetPages();
  const warnings: string[] = [];
  const objects = await readObjects(file, (sentence) => warnings.push(sentence));
  await file.read('content.xml', createSheetReader(pages, objects));
  file.close();
  return pages.finish(warnings);
}
