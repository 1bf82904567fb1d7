import type { Heading } from '../format.ts';
import type { EmbeddedPicture, PictureReader } from '../ocr/embedded-pictures.ts';
import { readFewWords } from '../ocr/read-few-words.ts';
import type { OfficePackage, Relationship } from '../ooxml/open-package.ts';
import { readShapes, type Shape } from '../ooxml/read-shapes.ts';
import type { ShownReader } from '../ooxml/read-shown.ts';
import { shapeLines } from '../ooxml/shape-lines.ts';
import { createTextBuilder } from '../text/text-builder.ts';
import { readComments } from './read-comments.ts';

/** Types of relationships to documents of other programs. */
const EMBEDDED = ['oleObject', 'package'];
const RECORDINGS = ['audio', 'video', 'media'];
const TITLES = ['title', 'ctrTitle'];
/** Placeholders that say the same on every slide or only count them. */
const FURNITURE = ['sldNum', 'dt', 'ftr', 'hdr', 'sldImg'];

export interface SlideReader {
  pack: OfficePackage;
  pictures: PictureReader;
  /** Of this slide. */
  charts: ShownReader;
  /** What it shows that is not its own. */
  furniture: readonly string[];
  /** Told what is lost, a sentence each. */
  warn(sentence: string): void;
}

/**
 * A slide as text: its title as a heading, its shapes in order, charts and diagrams at their places, the words in pictures where
 * it has few others, then the speaker's notes and comments.
 * @throws AppError as readXml
 */
export async function readSlide(
  { pack, pictures, charts, furniture, warn }: SlideReader,
  part: string,
  number: number,
): Promise<{ text: string; headings: Heading[] }> {
  const shapes = (await readShapes(pack, part)).filter(({ placeholder }) => !FURNITURE.includes(placeholder));
  const relationships = await pack.relationships(part);
  const related = [...relationships.values()].filter(({ target }) => pack.parts.names.has(target));
  const builder = createTextBuilder();
  const isTitle = ({ placeholder }: { placeholder: string }): boolean => TITLES.includes(placeholder);
  for (const { lines } of shapes.filter(isTitle)) builder.heading(1, lines.join(' '));
  for (const shape of shapes.filter((one) => !isTitle(one))) {
    const lines = await shapeLines(pack, relationships, shape, charts);
    lines.forEach((line, index) => {
      if (index === 0) builder.paragraph(line);
      else builder.line(line);
    });
  }
  for (const line of furniture) builder.paragraph(line);
  const shown = picturesOf(pack, shapes, relationships);
  for (const text of await readFewWords(pictures, builder.build().text, shown, number, warn)) builder.paragraph(text);
  if (related.some(({ type }) => EMBEDDED.includes(type))) {
    warn(`A document that is embedded in slide ${number} was not read.`);
  }
  if (related.some(({ type }) => RECORDINGS.includes(type)))
    warn(`A recording on slide ${number} was not transcribed.`);
  const notes = await readNotes(pack, related);
  if (notes.length > 0) builder.paragraph(`Notes: ${notes.join('\n')}`);
  for (const { type, target } of related) {
    if (type !== 'comments') continue;
    for (const comment of await readComments(pack, target)) builder.paragraph(`Comment: ${comment}`);
  }
  return builder.build();
}

function picturesOf(
  { parts }: OfficePackage,
  shapes: readonly Shape[],
  relationships: ReadonlyMap<string, Relationship>,
): EmbeddedPicture[] {
  return shapes.flatMap(({ shows, shownCm2 }) => {
    const part = shows?.kind === 'picture' ? relationships.get(shows.id)?.target : undefined;
    return part !== undefined && parts.names.has(part) ? [{ parts, part, shownCm2 }] : [];
  });
}

async function readNotes(pack: OfficePackage, related: readonly Relationship[]): Promise<string[]> {
  const part = related.find(({ type }) => type === 'notesSlide')?.target;
  if (part === undefined) return [];
  const shapes = await readShapes(pack, part);
  return shapes.filter(({ placeholder }) => !FURNITURE.includes(placeholder)).flatMap(({ lines }) => lines);
}
