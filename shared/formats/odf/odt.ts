import type { Format, OpenDocument, ReaderTools } from '#shared/formats/format.ts';
import type { Segment } from '#shared/formats/ocr/open-with-pictures.ts';

/** OpenDocument texts: headings, paragraphs, lists, tables, notes, comments, headers and footers, the words in pictures. */
export const odt: Format = {
  id: 'odt',
  contentTypes: ['application/vnd.oasis.opendocument.text', 'application/vnd.oasis.opendocument.text-template'],
  extensions: ['odt', 'ott'],
  family: 'odf',
  paged: false,
  // For the words in pictures.
  nativeAddons: true,
  threads: 1,
  open: openOdt,
};

async function openOdt(path: string, tools: ReaderTools): Promise<OpenDocument> {
  const { openOdf } = await import('./open-odf.ts');
  const { createOdfText } = await import('./read-text.ts');
  const { createListStyles } = await import('./list-styles.ts');
  const { findPicture } = await import('./find-picture.ts');
  const { readMargins } = await import('./read-margins.ts');
  const { readObjects } = await import('./read-objects.ts');
  const { collectWarnings } = await import('#shared/formats/collect-warnings.ts');
  const { openWithPictures } = await import('#shared/formats/ocr/open-with-pictures.ts');
  const file = await openOdf(path, 'text');
  const { warnings, warn } = collectWarnings();
  const segments: Segment[] = [];
  // They stand inside paragraphs, and are told after them.
  const waiting: Segment[] = [];
  const lists = createListStyles();
  if (file.parts.names.has('styles.xml')) await file.read('styles.xml', lists.events);
  const body = createOdfText({
    lists,
    objects: await readObjects(file, warn),
    onPicture(reference, cm2) {
      const picture = findPicture(file, reference, cm2, warn);
      if (picture) waiting.push({ picture });
    },
  });
  await file.read('content.xml', {
    ...body.events,
    close(name) {
      body.events.close?.(name);
      if (waiting.length > 0 && body.isBetweenBlocks()) segments.push(body.take(), ...waiting.splice(0));
    },
  });
  segments.push(body.take(), ...waiting);
  for (const text of await readMargins(file)) segments.push({ text, headings: [] });
  return openWithPictures(segments, { tools, warnings, warn, close: () => file.close() });
}
