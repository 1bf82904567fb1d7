import { readXml } from '../xml/read-xml.ts';
import type { Parts } from '../zip/open-parts.ts';

const MARGIN_PART = /^word\/(?:header|footer)\d*\.xml$/;

/**
 * The paragraphs of a Word document's headers and footers, each once: the library reads the body alone. Where they only
 * count pages they are left out.
 * @throws AppError as readXml
 */
export async function readMargins(parts: Parts): Promise<string[]> {
  const paragraphs = new Set<string>();
  for (const name of [...parts.names].filter((part) => MARGIN_PART.test(part)).sort()) {
    let text = '';
    let reading = false;
    await readXml(name, parts.stream(name), {
      open(element) {
        if (element === 'p') text = '';
        else if (element === 'tab' || element === 'br') text += ' ';
        reading = element === 't';
      },
      text(piece) {
        if (reading) text += piece;
      },
      close(element) {
        reading = false;
        if (element !== 'p') return;
        const line = text.replace(/\s+/g, ' ').trim();
        if (/\p{L}{2}/u.test(line)) paragraphs.add(line);
      },
    });
  }
  return [...paragraphs];
}
