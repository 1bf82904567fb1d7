import { escapeXml } from './escape-xml.ts';
import { makeZip, type ZipEntry } from './make-zip.ts';

const NAMESPACES = ['office', 'text', 'table', 'style', 'presentation']
  .map((name) => `xmlns:${name}="urn:oasis:names:tc:opendocument:xmlns:${name}:1.0"`)
  .concat(
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"',
    'xmlns:xlink="http://www.w3.org/1999/xlink"',
    'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"',
    'xmlns:dc="http://purl.org/dc/elements/1.1/"',
  )
  .join(' ');
const XML = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** Writes an OpenDocument file around a body, e.g. of `text:p` elements. */
export function makeOdf(
  kind: 'text' | 'spreadsheet' | 'presentation',
  body: string,
  more: { prolog?: string; styles?: string; encrypted?: boolean; extra?: readonly ZipEntry[] } = {},
): Buffer {
  const type = `application/vnd.oasis.opendocument.${kind}`;
  const encryption = more.encrypted ? '<manifest:encryption-data/>' : '';
  return makeZip([
    { name: 'mimetype', data: type },
    {
      name: 'content.xml',
      data: `${XML}${more.prolog ?? ''}<office:document-content ${NAMESPACES}><office:body><office:${kind}>${body}</office:${kind}></office:body></office:document-content>`,
    },
    {
      name: 'styles.xml',
      data: `${XML}<office:document-styles ${NAMESPACES}><office:master-styles>${more.styles ?? ''}</office:master-styles></office:document-styles>`,
    },
    {
      name: 'META-INF/manifest.xml',
      data: `${XML}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">${encryption}</manifest:file-entry></manifest:manifest>`,
    },
    ...(more.extra ?? []),
  ]);
}

/** A sheet of texts; a number is written as one, with the text it is shown as. */
export function odsSheet(name: string, rows: readonly (readonly (string | number)[])[]): string {
  const cell = (value: string | number): string =>
    typeof value === 'number'
      ? `<table:table-cell office:value-type="float" office:value="${value}"><text:p>${value.toLocaleString('de')}</text:p></table:table-cell>`
      : `<table:table-cell office:value-type="string"><text:p>${escapeXml(value)}</text:p></table:table-cell>`;
  const padding = '<table:table-cell table:number-columns-repeated="16000"/>';
  const lines = rows.map((row) => `<table:table-row>${row.map(cell).join('')}${padding}</table:table-row>`).join('');
  return `<table:table table:name="${escapeXml(name)}">${lines}<table:table-row table:number-rows-repeated="1048000">${padding}</table:table-row></table:table>`;
}

/** A slide with its title, its lines and the speaker's notes. */
export function odpSlide(title: string, lines: readonly string[], notes: string): string {
  const paragraphs = (texts: readonly string[]): string =>
    texts.map((text) => `<text:p>${escapeXml(text)}</text:p>`).join('');
  const frame = (kind: string, texts: readonly string[]): string =>
    `<draw:frame presentation:class="${kind}"><draw:text-box>${paragraphs(texts)}</draw:text-box></draw:frame>`;
  return `<draw:page draw:name="p">${frame('title', [title])}${frame('outline', lines)}<presentation:notes>${frame('notes', [notes])}</presentation:notes></draw:page>`;
}
