import { AppError } from '#shared/errors/app-error.ts';
import type { Format, OpenDocument, ReaderTools } from '#shared/formats/format.ts';
import type { SheetPicture } from '#shared/formats/sheet/with-pictures.ts';

const MB = 1024 * 1024;
/** Sheets and their texts are read as streams, so their size costs time alone: about 25 MB/s. */
const STREAMED_BYTES = 1024 * MB;
const LIMITS = { entries: 10_000, totalBytes: STREAMED_BYTES, partBytes: 50 * MB };

/** Excel workbooks: every sheet, hidden ones too, row by row, as its cells show it, with comments, text boxes and charts. */
export const xlsx: Format = {
  id: 'xlsx',
  contentTypes: [
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.template',
    'application/vnd.ms-excel.sheet.macroenabled.12',
    'application/vnd.ms-excel.template.macroenabled.12',
  ],
  extensions: ['xlsx', 'xlsm', 'xltx', 'xltm'],
  family: 'ooxml',
  paged: false,
  // For the words in pictures.
  nativeAddons: true,
  threads: 1,
  open: openXlsx,
};

interface Sheet {
  name: string;
  part: string;
  /** A chart in place of rows. */
  isChart: boolean;
}

async function openXlsx(path: string, tools: ReaderTools): Promise<OpenDocument> {
  const { openPackage, relationshipId } = await import('#shared/formats/ooxml/open-package.ts');
  const { readNumberFormats } = await import('./number-formats.ts');
  const { readSharedStrings } = await import('./shared-strings.ts');
  const { readMerges } = await import('./read-merges.ts');
  const { readRemarks } = await import('./read-remarks.ts');
  const { createShownReader } = await import('#shared/formats/ooxml/read-shown.ts');
  const { readDrawings } = await import('./read-drawings.ts');
  const { readSheet } = await import('./read-sheet.ts');
  const { unescapeOffice } = await import('#shared/formats/ooxml/unescape.ts');
  const { withSheetPictures } = await import('#shared/formats/sheet/with-pictures.ts');
  const { collectWarnings } = await import('#shared/formats/collect-warnings.ts');
  const { createSheetPages } = await import('#shared/formats/sheet/sheet-pages.ts');

  const pack = await openPackage(path, LIMITS, { root: 'workbook', kind: 'an Excel workbook', extension: '.xlsx' });
  const related = await pack.relationships(pack.main);
  const partOf = (type: string): string | undefined => [...related.values()].find((one) => one.type === type)?.target;
  const sheets: Sheet[] = [];
  let from1904 = false;
  await pack.read(pack.main, {
    open(name, attributes) {
      if (name === 'workbookPr') from1904 = /^(?:1|true)$/.test(attributes.date1904 ?? '');
      if (name !== 'sheet') return;
      const relationship = related.get(relationshipId(attributes) ?? '');
      if (relationship?.type !== 'worksheet' && relationship?.type !== 'chartsheet') return;
      const isChart = relationship.type === 'chartsheet';
      sheets.push({ name: unescapeOffice(attributes.name ?? ''), part: relationship.target, isChart });
    },
  });
  const strings = await readSharedStrings(pack, partOf('sharedStrings'), STREAMED_BYTES);
  const workbook = { strings, styles: await readNumberFormats(pack, partOf('styles')), from1904 };
  const pages = createSheetPages();
  const { warnings, warn } = collectWarnings();
  const shown = createShownReader(warn);
  const pictures: SheetPicture[] = [];
  let rows = 0;
  let failure: unknown;
  for (const { name, part, isChart } of sheets) {
    pages.startSheet(name);
    try {
      if (!isChart) {
        const merged = await readMerges(pack, part, STREAMED_BYTES);
        await readSheet(pack, part, STREAMED_BYTES, workbook, merged, (row) => {
          rows++;
          pages.row(row);
        });
      }
      for (const { row, text } of await readRemarks(pack, part)) pages.remark(row, text);
      const drawn = await readDrawings(pack, name, part, shown);
      for (const { row, text } of drawn.remarks) pages.remark(row, text);
      pictures.push(...drawn.pictures);
      if (drawn.objects) warn(`A document that is embedded in the sheet "${name}" was not read.`);
    } catch (error) {
      // The rows before the damage, and the other sheets, are still good.
      if (!(error instanceof AppError) || error.code !== 'DAMAGED_FILE') throw error;
      failure ??= error;
      warn(`The sheet "${name}" could only be read in part: ${error.message}`);
    }
  }
  if (rows === 0 && failure !== undefined) throw failure;
  return withSheetPictures(pages.finish(warnings), pictures, { tools, warn, close: () => pack.parts.close() });
}
