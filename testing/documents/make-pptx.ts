import { posix } from 'node:path';
import { escapeXml } from './escape-xml.ts';
import type { RelatedPart } from './make-docx.ts';
import { makeZip, type ZipEntry } from './make-zip.ts';

export interface PptxSlide {
  title?: string;
  paragraphs?: readonly string[];
  table?: readonly (readonly string[])[];
  notes?: string;
  hidden?: boolean;
  /** Raw PresentationML behind the shapes. */
  shapesXml?: string;
  /** Further parts, which the slide refers to. */
  related?: readonly RelatedPart[];
}

const DRAWING = 'http://schemas.openxmlformats.org/drawingml/2006/main';
const SLIDES = 'http://schemas.openxmlformats.org/presentationml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const XML = '<?xml version="1.0" encoding="UTF-8"?>\n';
const OTHER_SPACES = [
  'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"',
  'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"',
  'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"',
  'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"',
].join(' ');
const SPACES = `xmlns:a="${DRAWING}" xmlns:p="${SLIDES}" xmlns:r="${OFFICE}" ${OTHER_SPACES}`;

/** Writes a presentation; the parts are numbered against the order of the slides, as after moving them about. */
export function makePptx(slides: readonly PptxSlide[]): Buffer {
  const partOf = (index: number): number => slides.length - index;
  const ids = slides.map((_, index) => `<p:sldId id="${256 + index}" r:id="rId${index + 1}"/>`).join('');
  const kind = 'application/vnd.openxmlformats-officedocument.presentationml';
  return makeZip([
    {
      name: '[Content_Types].xml',
      data:
        `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
        `<Default Extension="xml" ContentType="application/xml"/><Override PartName="/ppt/presentation.xml" ContentType="${kind}.presentation.main+xml"/></Types>`,
    },
    { name: '_rels/.rels', data: relationships([['rId1', 'officeDocument', 'ppt/presentation.xml']]) },
    {
      name: 'ppt/presentation.xml',
      data: `${XML}<p:presentation ${SPACES}><p:sldIdLst>${ids}</p:sldIdLst></p:presentation>`,
    },
    {
      name: 'ppt/_rels/presentation.xml.rels',
      data: relationships(slides.map((_, index) => [`rId${index + 1}`, 'slide', `slides/slide${partOf(index)}.xml`])),
    },
    ...slides.flatMap((slide, index) => slideParts(slide, partOf(index))),
  ]);
}

function slideParts(slide: PptxSlide, number: number): ZipEntry[] {
  const shapes = [
    shape('sldNum', [String(number)]),
    slide.paragraphs ? shape('body', slide.paragraphs) : '',
    slide.table ? tableXml(slide.table) : '',
    slide.shapesXml ?? '',
    // The title is not always the first of the shapes.
    slide.title === undefined ? '' : shape('title', [slide.title]),
  ].join('');
  const hidden = slide.hidden ? ' show="0"' : '';
  const parts: ZipEntry[] = [
    {
      name: `ppt/slides/slide${number}.xml`,
      data: `${XML}<p:sld ${SPACES}${hidden}><p:cSld><p:spTree>${shapes}</p:spTree></p:cSld></p:sld>`,
    },
  ];
  const related = [...(slide.related ?? [])];
  if (slide.notes !== undefined) {
    related.push({
      id: 'rId1',
      type: 'notesSlide',
      target: `../notesSlides/notesSlide${number}.xml`,
      data: `${XML}<p:notes ${SPACES}><p:cSld><p:spTree>${shape('sldImg', [])}${shape('body', [slide.notes])}${shape('sldNum', ['7'])}</p:spTree></p:cSld></p:notes>`,
    });
  }
  if (related.length > 0) {
    const rels = relationships(related.map(({ id, type, target }) => [id, type, target]));
    parts.push({ name: `ppt/slides/_rels/slide${number}.xml.rels`, data: rels });
  }
  for (const { target, data } of related) parts.push({ name: posix.join('ppt/slides', target), data });
  return parts;
}

function shape(placeholder: string, paragraphs: readonly string[]): string {
  const body = paragraphs.map(paragraphXml).join('');
  return `<p:sp><p:nvSpPr><p:nvPr><p:ph type="${placeholder}"/></p:nvPr></p:nvSpPr><p:txBody>${body}</p:txBody></p:sp>`;
}

function paragraphXml(text: string): string {
  const middle = Math.floor(text.length / 2);
  const runs = [text.slice(0, middle), text.slice(middle)].map((run) => `<a:r><a:t>${escapeXml(run)}</a:t></a:r>`);
  return `<a:p>${runs.join('')}</a:p>`;
}

function tableXml(rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[]): string =>
    row.map((cell) => `<a:tc><a:txBody>${paragraphXml(cell)}</a:txBody></a:tc>`).join('');
  const table = rows.map((row) => `<a:tr>${cells(row)}</a:tr>`).join('');
  return `<p:graphicFrame><a:graphic><a:graphicData><a:tbl>${table}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>`;
}

function relationships(all: readonly (readonly [id: string, type: string, target: string])[]): string {
  const lines = all.map(
    ([id, type, target]) => `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`,
  );
  return `${XML}<Relationships xmlns="${PACKAGE}/relationships">${lines.join('')}</Relationships>`;
}
