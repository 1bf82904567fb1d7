import type { Format, OpenDocument, ReaderTools } from '#shared/formats/format.ts';
import type { SheetPicture } from '#shared/formats/sheet/with-pictures.ts';

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
  // For the words in pictures.
  nativeAddons: true,
  threads: 1,
  open: openOds,
};

async function openOds(path: string, tools: ReaderTools): Promise<OpenDocument> {
  const { openOdf } = await import('./open-odf.ts');
  const { createSheetReader } = await import('./read-sheets.ts');
  const { findPicture } = await import('./find-picture.ts');
  const { collectWarnings } = await import('#shared/formats/collect-warnings.ts');
  const { withSheetPictures } = await import('#shared/formats/sheet/with-pictures.ts');
  const { readObjects } = await import('./read-objects.ts');
  const { createSheetPages } = await import('#shared/formats/sheet/sheet-pages.ts');
  const file = await openOdf(path, 'spreadsheet');
  const pages = createSheetPages();
  const { warnings, warn } = collectWarnings();
  const pictures: SheetPicture[] = [];
  const reader = createSheetReader(pages, {
    objects: await readObjects(file, warn),
    onPicture(reference, place) {
      const picture = findPicture(file, reference, undefined, warn);
      if (picture) pictures.push({ picture, ...place });
    },
  });
  await file.read('content.xml', reader);
  return withSheetPictures(pages.finish(warnings), pictures, { tools, warn, close: () => file.close() });
}
