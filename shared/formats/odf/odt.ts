import type { Format, OpenDocument } from '#shared/formats/format.ts';
import { openText } from '#shared/formats/text/split-text.ts';

/** OpenDocument texts: headings, paragraphs, lists, tables, notes, comments, headers and footers. */
export const odt: Format = {
  id: 'odt',
  contentTypes: ['application/vnd.oasis.opendocument.text', 'application/vnd.oasis.opendocument.text-template'],
  extensions: ['odt', 'ott'],
  family: 'odf',
  paged: false,
  open: openOdt,
};

async function openOdt(path: string): Promise<OpenDocument> {
  const { openOdf } = await import('./open-odf.ts');
  const { createOdfText } = await import('./read-text.ts');
  const { openTextParts } = await import('./open-text-parts.ts');
  const { readMargins } = await import('./read-margins.ts');
  const file = await openOdf(path, 'text');
  const parts = await openTextParts(file);
  const body = createOdfText(parts);
  await file.read('content.xml', body.events);
  const { text, headings } = body.take();
  const margins = await readMargins(file);
  file.close();
  return openText([text, ...margins].filter((block) => block !== '').join('\n\n'), headings, parts.warnings);
}
