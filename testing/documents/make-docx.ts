import { escapeXml } from './escape-xml.ts';
import { makeZip, type ZipEntry } from './make-zip.ts';

export interface MakeDocxOptions {
  /** One paragraph each; `# ` to `### ` make headings. */
  paragraphs?: readonly string[];
  /** A table after the paragraphs, row by row. */
  table?: readonly (readonly string[])[];
  /** Raw WordprocessingML after the table. */
  bodyXml?: string;
  /** What stands before the root element of the main part, e.g. a document type. */
  prolog?: string;
  /** The whole main part, instead of one made of the above. */
  main?: ZipEntry['data'];
  /** Further parts, which the main part refers to. */
  related?: readonly RelatedPart[];
}

export interface RelatedPart {
  /** How the main part names it. */
  id: string;
  /** The end of the relationship's type, e.g. `chart`. */
  type: string;
  /** From the part that refers to it, e.g. below `word/`. */
  target: string;
  data: ZipEntry['data'];
}

const CONTENT_TYPES =
  '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">' +
  '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
  '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>' +
  '</Types>';
const RELATIONSHIPS =
  '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' +
  '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>' +
  '</Relationships>';
const NAMESPACES = [
  'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"',
  'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"',
  'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"',
  'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"',
  'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"',
  'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"',
  'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"',
  'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"',
  'xmlns:v="urn:schemas-microsoft-com:vml"',
].join(' ');
const XML = '<?xml version="1.0" encoding="UTF-8"?>';

/** Writes the smallest Word document that readers accept; the same bytes each time. */
export function makeDocx({
  paragraphs = [],
  table,
  bodyXml = '',
  prolog = '',
  main,
  related = [],
}: MakeDocxOptions): Buffer {
  const body = paragraphs.map(paragraph).join('') + (table ? tableXml(table) : '') + bodyXml;
  return makeZip([
    { name: '[Content_Types].xml', data: XML + CONTENT_TYPES },
    { name: '_rels/.rels', data: XML + RELATIONSHIPS },
    {
      name: 'word/document.xml',
      data: main ?? `${XML}${prolog}<w:document ${NAMESPACES}><w:body>${body}</w:body></w:document>`,
    },
    ...(related.length === 0 ? [] : [{ name: 'word/_rels/document.xml.rels', data: XML + relationshipsXml(related) }]),
    ...related.map(({ target, data }) => ({ name: `word/${target}`, data })),
  ]);
}

function relationshipsXml(related: readonly RelatedPart[]): string {
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const each = related.map(
    ({ id, type, target }) => `<Relationship Id="${id}" Type="${office}/${type}" Target="${target}"/>`,
  );
  return `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${each.join('')}</Relationships>`;
}

/** A small Word document whose main part inflates to so many megabytes of empty paragraphs. */
export function makeDocxBomb(megabytes: number): Buffer {
  return makeDocx({ bodyXml: '<w:p></w:p>'.repeat(Math.ceil((megabytes * 1024 * 1024) / 11)) });
}

/** What Office makes of a document with a password: a compound file that holds an `EncryptedPackage`. */
export function makeEncryptedDocx(): Buffer {
  const header = Buffer.alloc(4096);
  header.set(Buffer.from('d0cf11e0a1b11ae1', 'hex'));
  header.set(Buffer.from('EncryptedPackage', 'utf16le'), 1024);
  return header;
}

function paragraph(content: string): string {
  const level = /^(#{1,3}) /.exec(content)?.[1]?.length;
  const style = level ? `<w:pPr><w:pStyle w:val="Heading${level}"/></w:pPr>` : '';
  const text = level ? content.slice(level + 1) : content;
  return `<w:p>${style}<w:r><w:t xml:space="preserve">${escapeXml(text)}</w:t></w:r></w:p>`;
}

function tableXml(rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[]): string => row.map((cell) => `<w:tc>${paragraph(cell)}</w:tc>`).join('');
  return `<w:tbl>${rows.map((row) => `<w:tr>${cells(row)}</w:tr>`).join('')}</w:tbl>`;
}
