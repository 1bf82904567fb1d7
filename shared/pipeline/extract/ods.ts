import type { Format, OpenDocument } from './format.ts';

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
  const { openOdf } = await import('./odf/open-odf.ts');
  const { createSheetReader } = await import('./odf/read-sheets.ts');
  const { createSheetPages } = await import('./sheet/sheet-pages.ts');
  const file = await openOdf(path, 'spreadsheet');
  const pages = createSheetPages();
  await file.read('content.xml', createSheetReader(pages));
  file.close();
  return pages.finish([]);
}
