import { escapeXml } from './escape-xml.ts';
import { makeZip } from './make-zip.ts';

const XML = '<?xml version="1.0" encoding="UTF-8"?>\n';
const DOCTYPE = '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd">\n';

/**
 * Writes a book of chapters, each given as XHTML; the parts are named against the reading order.
 * @param doctype in place of the usual one
 */
export function makeEpub(title: string, chapters: readonly string[], doctype = DOCTYPE): Buffer {
  const name = (index: number): string => `chapter ${chapters.length - index}.xhtml`;
  const items = chapters
    .map(
      (_, index) =>
        `<item id="c${index}" href="text/${encodeURIComponent(name(index))}" media-type="application/xhtml+xml"/>`,
    )
    .reverse();
  const spine = chapters.map((_, index) => `<itemref idref="c${index}"/>`);
  return makeZip([
    { name: 'mimetype', data: 'application/epub+zip' },
    {
      name: 'META-INF/container.xml',
      data: `${XML}<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>`,
    },
    {
      name: 'OEBPS/book.opf',
      data:
        `${XML}<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>${escapeXml(title)}</dc:title></metadata>` +
        `<manifest>${items.join('')}</manifest><spine>${spine.join('')}</spine></package>`,
    },
    ...chapters.map((body, index) => ({
      name: `OEBPS/text/${name(index)}`,
      data: `${XML}${doctype}<html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>${body}</body></html>`,
    })),
  ]);
}
