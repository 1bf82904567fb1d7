import { posix } from 'node:path';
import { escapeXml } from './escape-xml.ts';
import type { RelatedPart } from './make-docx.ts';
import { makeZip, type ZipEntry } from './make-zip.ts';

/** A number may have one of the styles; an object writes the cell's own XML. */
export type XlsxCell = string | number | boolean | { date: number } | { percent: number } | { xml: string } | undefined;

export interface XlsxSheet {
  name: string;
  /** From row 1 on; an undefined row is one that the file does not hold. */
  rows: readonly (readonly XlsxCell[] | undefined)[];
  /** E.g. `A2:A4`. */
  merges?: readonly string[];
  hidden?: boolean;
  comments?: Readonly<Record<string, string>>;
  /** Further parts, which the sheet refers to. */
  related?: readonly RelatedPart[];
}

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const XML = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** Writes a workbook as Excel does: shared strings, styles for dates and shares, comments, merged cells. */
export function makeXlsx(
  sheets: readonly XlsxSheet[],
  more: { prolog?: string; extra?: ZipEntry[]; formats?: readonly string[] } = {},
): Buffer {
  const strings = new Map<string, number>();
  // Styles 3, 4, …
  const formats = (more.formats ?? []).map(
    (code, at) => `<numFmt numFmtId="${165 + at}" formatCode="${escapeXml(code)}"/>`,
  );
  const parts = sheets.flatMap((sheet, index) => sheetParts(sheet, index + 1, strings, more.prolog ?? ''));
  const workbook = sheets
    .map(
      ({ name, hidden }, index) =>
        `<sheet name="${escapeXml(name)}" sheetId="${index + 1}"${hidden ? ' state="hidden"' : ''} r:id="rId${index + 1}"/>`,
    )
    .join('');
  const relationships = sheets.map((_, index) =>
    relationship(`rId${index + 1}`, 'worksheet', `worksheets/sheet${index + 1}.xml`),
  );
  relationships.push(
    relationship('rId100', 'sharedStrings', 'sharedStrings.xml'),
    relationship('rId101', 'styles', '/xl/styles.xml'),
  );
  const shared = [...strings.keys()]
    .map(
      (text) =>
        `<si><r><t xml:space="preserve">${escapeXml(text)}</t></r><rPh sb="0" eb="1"><t>フリガナ</t></rPh></si>`,
    )
    .join('');
  return makeZip([
    { name: '[Content_Types].xml', data: contentTypes(sheets.length) },
    { name: '_rels/.rels', data: relationshipsXml([relationship('rId1', 'officeDocument', 'xl/workbook.xml')]) },
    {
      name: 'xl/workbook.xml',
      data: `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${workbook}</sheets></workbook>`,
    },
    { name: 'xl/_rels/workbook.xml.rels', data: relationshipsXml(relationships) },
    { name: 'xl/sharedStrings.xml', data: `${XML}<sst xmlns="${MAIN}">${shared}</sst>` },
    {
      name: 'xl/styles.xml',
      data:
        `${XML}<styleSheet xmlns="${MAIN}"><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy\\ hh:mm"/>${formats.join('')}</numFmts>` +
        `<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="10"/>${formats.map((_, at) => `<xf numFmtId="${165 + at}"/>`).join('')}</cellXfs></styleSheet>`,
    },
    ...parts,
    ...(more.extra ?? []),
  ]);
}

function sheetParts(sheet: XlsxSheet, number: number, strings: Map<string, number>, prolog: string): ZipEntry[] {
  const rows = sheet.rows
    .map((cells, index) => (cells ? `<row r="${index + 1}">${rowXml(cells, index + 1, strings)}</row>` : ''))
    .join('');
  const merges = (sheet.merges ?? []).map((ref) => `<mergeCell ref="${ref}"/>`).join('');
  const parts: ZipEntry[] = [
    {
      name: `xl/worksheets/sheet${number}.xml`,
      data: `${XML}${prolog}<worksheet xmlns="${MAIN}"><sheetData>${rows}</sheetData>${merges && `<mergeCells>${merges}</mergeCells>`}</worksheet>`,
    },
  ];
  const related = [...(sheet.related ?? [])];
  if (sheet.comments) {
    const comments = Object.entries(sheet.comments)
      .map(
        ([ref, text]) => `<comment ref="${ref}" authorId="0"><text><r><t>${escapeXml(text)}</t></r></text></comment>`,
      )
      .join('');
    const data = `${XML}<comments xmlns="${MAIN}"><authors><author>Ada</author></authors><commentList>${comments}</commentList></comments>`;
    related.push({ id: 'rId1', type: 'comments', target: `../comments${number}.xml`, data });
  }
  if (related.length > 0) {
    const rels = relationshipsXml(related.map(({ id, type, target }) => relationship(id, type, target)));
    parts.push({ name: `xl/worksheets/_rels/sheet${number}.xml.rels`, data: rels });
  }
  for (const { target, data } of related) parts.push({ name: posix.join('xl/worksheets', target), data });
  return parts;
}

function rowXml(cells: readonly XlsxCell[], row: number, strings: Map<string, number>): string {
  return cells
    .map((cell, column) => {
      const ref = `${String.fromCharCode(65 + column)}${row}`;
      if (cell === undefined) return '';
      if (typeof cell === 'number') return `<c r="${ref}"><v>${cell}</v></c>`;
      if (typeof cell === 'boolean') return `<c r="${ref}" t="b"><v>${cell ? 1 : 0}</v></c>`;
      if (typeof cell === 'object') {
        if ('xml' in cell) return cell.xml;
        return 'date' in cell
          ? `<c r="${ref}" s="1"><v>${cell.date}</v></c>`
          : `<c r="${ref}" s="2"><v>${cell.percent}</v></c>`;
      }
      const index = strings.get(cell) ?? strings.size;
      strings.set(cell, index);
      return `<c r="${ref}" t="s"><v>${index}</v></c>`;
    })
    .join('');
}

function relationship(id: string, type: string, target: string): string {
  return `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`;
}

function relationshipsXml(relationships: readonly string[]): string {
  return `${XML}<Relationships xmlns="${PACKAGE}/relationships">${relationships.join('')}</Relationships>`;
}

function contentTypes(sheets: number): string {
  const kind = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  const overrides = Array.from(
    { length: sheets },
    (_, index) => `<Override PartName="/xl/worksheets/sheet${index + 1}.xml" ContentType="${kind}.worksheet+xml"/>`,
  );
  return (
    `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
    `<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${kind}.sheet.main+xml"/>${overrides.join('')}</Types>`
  );
}
