import type { OpenDocumentFile } from './open-odf.ts';
import { createOdfText } from './read-text.ts';

const MARGIN = /^(?:header|footer)(?:-left|-first)?$/;

/** The paragraphs of a text document's headers and footers, each once. @throws AppError as readXml */
export async function readMargins(file: OpenDocumentFile): Promise<string[]> {
  if (!file.parts.names.has('styles.xml')) return [];
  const text = createOdfText();
  let masters = 0;
  let depth = 0;
  await file.read('styles.xml', {
    open(name, attributes) {
      if (name === 'master-styles') masters++;
      if (depth > 0) text.events.open?.(name, attributes);
      if (masters > 0 && (depth > 0 || MARGIN.test(name))) depth++;
    },
    text(piece) {
      if (depth > 0) text.events.text?.(piece);
    },
    close(name) {
      if (depth > 0) depth--;
      if (depth > 0) text.events.close?.(name);
      if (name === 'master-styles') masters--;
    },
  });
  const paragraphs = text.take().text.split(/\n{2,}/);
  return [...new Set(paragraphs)].filter((paragraph) => /\p{L}{2}/u.test(paragraph));
}
