import type { Format, OpenDocument, ReaderTools } from '#shared/formats/format.ts';

const MB = 1024 * 1024;
const LIMITS = { entries: 10_000, totalBytes: 200 * MB, partBytes: 50 * MB };
const KIND = { root: 'document', kind: 'a Word document', extension: '.docx' };

/**
 * Word documents as Word shows them: headings, lists with their numbers, tables, notes, comments, text boxes, formulas, charts,
 * diagrams, and the words in pictures.
 */
export const docx: Format = {
  id: 'docx',
  contentTypes: [
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.template',
    'application/vnd.ms-word.document.macroenabled.12',
    'application/vnd.ms-word.template.macroenabled.12',
  ],
  extensions: ['docx', 'docm', 'dotx', 'dotm'],
  family: 'ooxml',
  paged: false,
  // For the words in pictures.
  nativeAddons: true,
  threads: 1,
  open: openDocx,
};

async function openDocx(path: string, tools: ReaderTools): Promise<OpenDocument> {
  // Loaded here and not above: documents of other formats shall not wait for these libraries.
  const { collectWarnings } = await import('#shared/formats/collect-warnings.ts');
  const { openPackage } = await import('#shared/formats/ooxml/open-package.ts');
  const { openWithPictures } = await import('#shared/formats/ocr/open-with-pictures.ts');
  const { createShownReader } = await import('#shared/formats/ooxml/read-shown.ts');
  const { createChunkReader } = await import('./read-chunk.ts');
  const { readWord } = await import('./read-word.ts');
  const { toSegments } = await import('./to-segments.ts');

  const { warnings, warn } = collectWarnings();
  const pack = await openPackage(path, LIMITS, KIND);
  const reading = { warn, shown: createShownReader(warn) };
  const openNested = (bytes: Buffer, totalBytes: number) => openPackage(bytes, { ...LIMITS, totalBytes }, KIND);
  const readChunk = createChunkReader(openNested, reading, readWord);
  const blocks = await readWord(pack, { ...reading, readChunk });
  return openWithPictures(toSegments(blocks), { tools, warnings, warn, close: () => pack.parts.close() });
}
