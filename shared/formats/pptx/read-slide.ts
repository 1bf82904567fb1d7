import type { Heading } from '../format.ts';
import type { OfficePackage, Relationship } from '../ooxml/open-package.ts';
import { createTextBuilder } from '../text/text-builder.ts';
import { readShapes } from './read-shapes.ts';

const TITLES = ['title', 'ctrTitle'];
/** Placeholders that say the same on every slide or only count them. */
const FURNITURE = ['sldNum', 'dt', 'ftr', 'hdr', 'sldImg'];

/**
 * A slide as text: its title as a heading, its shapes in order, diagrams and charts by their labels, then the speaker's
 * notes.
 * @throws AppError as readXml
 */
export async function readSlide(pack: OfficePackage, part: string): Promise<{ text: string; headings: Heading[] }> {
  const shapes = (await readShapes(pack, part)).filter(({ placeholder }) => !FURNITURE.includes(placeholder));
  const related = [...(await pack.relationships(part)).values()].filter(({ target }) => pack.parts.names.has(target));
  const builder = createTextBuilder();
  const isTitle = ({ placeholder }: { placeholder: string }): boolean => TITLES.includes(placeholder);
  for (const { lines } of shapes.filter(isTitle)) builder.heading(1, lines.join(' '));
  for (const { lines } of shapes.filter((shape) => !isTitle(shape))) {
    lines.forEach((line, index) => {
      if (index === 0) builder.paragraph(line);
      else builder.line(line);
    });
  }
  for (const { type, target } of related) {
    if (type === 'diagramData' || type === 'chart') builder.paragraph((await readLabels(pack, target)).join('\n'));
  }
  const notes = await readNotes(pack, related);
  if (notes.length > 0) builder.paragraph(`Notes: ${notes.join('\n')}`);
  return builder.build();
}

async function readNotes(pack: OfficePackage, related: readonly Relationship[]): Promise<string[]> {
  const part = related.find(({ type }) => type === 'notesSlide')?.target;
  if (part === undefined) return [];
  const shapes = await readShapes(pack, part);
  return shapes.filter(({ placeholder }) => !FURNITURE.includes(placeholder)).flatMap(({ lines }) => lines);
}

/** The words of a diagram, and the title, categories and series of a chart, each once. */
async function readLabels(pack: OfficePackage, part: string): Promise<string[]> {
  const labels = new Set<string>();
  let text = '';
  let reading = false;
  let inNumbers = false;
  await pack.read(part, {
    open(name) {
      if (name === 'p' || name === 'v') text = '';
      if (name === 'numCache') inNumbers = true;
      reading = name === 't' || (name === 'v' && !inNumbers);
    },
    text(piece) {
      if (reading) text += piece;
    },
    close(name) {
      reading = false;
      if (name === 'numCache') inNumbers = false;
      if ((name === 'p' || (name === 'v' && !inNumbers)) && text.trim() !== '') labels.add(text.trim());
    },
  });
  return [...labels];
}
