import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { escapeHtml } from '#shared/text/escape-html.ts';

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPES = 'application/vnd.openxmlformats-officedocument';

/** A workbook of one sheet whose cells are texts. */
export function spreadsheetFile(rows: readonly (readonly string[])[]): Promise<Buffer> {
  const cell = (text: string): string =>
    `<c t="inlineStr"><is><t xml:space="preserve">${escapeHtml(text)}</t></is></c>`;
  const sheet = rows.map((row, index) => `<row r="${index + 1}">${row.map(cell).join('')}</row>`).join('');
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  return zipOf({
    '[Content_Types].xml': contentTypes({
      '/xl/workbook.xml': `${TYPES}.spreadsheetml.sheet.main+xml`,
      '/xl/worksheets/sheet1.xml': `${TYPES}.spreadsheetml.worksheet+xml`,
    }),
    '_rels/.rels': relationships([['officeDocument', 'xl/workbook.xml']]),
    'xl/_rels/workbook.xml.rels': relationships([['worksheet', 'worksheets/sheet1.xml']]),
    'xl/workbook.xml': `${HEAD}<workbook xmlns="${main}" xmlns:r="${OFFICE}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/worksheets/sheet1.xml': `${HEAD}<worksheet xmlns="${main}"><sheetData>${sheet}</sheetData></worksheet>`,
  });
}

/** A presentation of slides that each hold one text. */
export function presentationFile(slides: readonly string[]): Promise<Buffer> {
  const presentation = 'http://schemas.openxmlformats.org/presentationml/2006/main';
  const drawing = 'http://schemas.openxmlformats.org/drawingml/2006/main';
  const namespaces = `xmlns:p="${presentation}" xmlns:a="${drawing}" xmlns:r="${OFFICE}"`;
  const paragraph = (line: string): string => `<a:p><a:r><a:t>${escapeHtml(line)}</a:t></a:r></a:p>`;
  const slide = (text: string): string =>
    `${HEAD}<p:sld ${namespaces}><p:cSld><p:spTree><p:sp><p:txBody>${text.split('\n').map(paragraph).join('')}</p:txBody></p:sp></p:spTree></p:cSld></p:sld>`;
  const names = slides.map((_, index) => `slides/slide${index + 1}.xml`);
  const ids = names.map((_, index) => `<p:sldId id="${256 + index}" r:id="rId${index + 1}"/>`).join('');
  return zipOf({
    '[Content_Types].xml': contentTypes({
      '/ppt/presentation.xml': `${TYPES}.presentationml.presentation.main+xml`,
      ...Object.fromEntries(names.map((name) => [`/ppt/${name}`, `${TYPES}.presentationml.slide+xml`])),
    }),
    '_rels/.rels': relationships([['officeDocument', 'ppt/presentation.xml']]),
    'ppt/_rels/presentation.xml.rels': relationships(names.map((name) => ['slide', name])),
    'ppt/presentation.xml': `${HEAD}<p:presentation ${namespaces}><p:sldIdLst>${ids}</p:sldIdLst></p:presentation>`,
    ...Object.fromEntries(slides.map((text, index) => [`ppt/${names[index]}`, slide(text)])),
  });
}

function contentTypes(parts: Record<string, string>): string {
  const overrides = Object.entries(parts).map(([name, type]) => `<Override PartName="${name}" ContentType="${type}"/>`);
  return `${HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${overrides.join('')}</Types>`;
}

function relationships(targets: readonly (readonly [string, string])[]): string {
  const list = targets.map(
    ([kind, target], index) => `<Relationship Id="rId${index + 1}" Type="${OFFICE}/${kind}" Target="${target}"/>`,
  );
  return `${HEAD}<Relationships xmlns="${PACKAGE}/relationships">${list.join('')}</Relationships>`;
}

function zipOf(parts: Record<string, string>): Promise<Buffer> {
  const zip = new ZipFile();
  // The same document exports to the same bytes each time.
  for (const [name, text] of Object.entries(parts))
    zip.addBuffer(Buffer.from(text), name, { mtime: new Date(2000, 0, 1) });
  zip.end();
  return buffer(zip.outputStream);
}
