import type { ExtractedPage, Format, OpenDocument, ReaderTools } from '#shared/formats/format.ts';
import type { PictureBlock } from './block.ts';
import type { WordBlock } from './read-word.ts';

const MB = 1024 * 1024;
const LIMITS = { entries: 10_000, totalBytes: 200 * MB, partBytes: 50 * MB };
const KIND = { root: 'document', kind: 'a Word document', extension: '.docx' };
const MAX_WARNINGS = 20;

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
  const { openPackage } = await import('#shared/formats/ooxml/open-package.ts');
  const { createPictureReader } = await import('#shared/formats/ocr/embedded-pictures.ts');
  const { createShownReader } = await import('#shared/formats/ooxml/read-shown.ts');
  const { createChunkReader } = await import('./read-chunk.ts');
  const { readWord } = await import('./read-word.ts');
  const { toWordPages } = await import('./word-pages.ts');

  const warnings: string[] = [];
  const warn = (sentence: string): void => {
    if (!warnings.includes(sentence) && warnings.length < MAX_WARNINGS) warnings.push(sentence);
  };
  const pack = await openPackage(path, LIMITS, KIND);
  const reading = { warn, shown: createShownReader(warn) };
  const openNested = (bytes: Buffer, totalBytes: number) => openPackage(bytes, { ...LIMITS, totalBytes }, KIND);
  const readChunk = createChunkReader(openNested, reading, readWord);
  const blocks = await readWord(pack, { ...reading, readChunk });
  const pictures = createPictureReader(tools, warn);
  const pages = toWordPages(await withoutSmallPictures(blocks, (picture) => pictures.mayShowText(picture)));
  const hasText = blocks.some((block) => 'text' in block && block.text !== '');

  async function readPage(picture: PictureBlock): Promise<string> {
    const before = warnings.length;
    const text = await pictures.read(picture);
    // Beside a text, a picture without words is a picture.
    if (text === '' && !hasText && warnings.length === before) warn('No text was found in a picture in the document.');
    return text;
  }

  return {
    pageCount: pages.length,
    warnings,
    async page(number): Promise<ExtractedPage> {
      const page = pages[number - 1];
      if (page === undefined) throw new RangeError(`Page ${number} of ${pages.length} was requested.`);
      if (!('embedded' in page)) return { ...page, number };
      return { number, text: await readPage(page.embedded), headings: [], charOffset: page.charOffset };
    },
    async close() {
      pack.parts.close();
      await tools.ocr?.close();
    },
  };
}

/** Each picture once, at its first place. */
async function withoutSmallPictures(
  blocks: readonly WordBlock[],
  mayShowText: (picture: PictureBlock) => Promise<boolean>,
): Promise<WordBlock[]> {
  const seen = new Map<PictureBlock['parts'], Set<string>>();
  const kept: WordBlock[] = [];
  for (const block of blocks) {
    if (block.kind !== 'picture') {
      kept.push(block);
      continue;
    }
    const known = seen.get(block.parts) ?? new Set();
    seen.set(block.parts, known);
    if (known.has(block.part)) continue;
    known.add(block.part);
    if (await mayShowText(block)) kept.push(block);
  }
  return kept;
}
