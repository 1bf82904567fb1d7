import type { Heading } from '../format.ts';
import type { PictureReader } from '../ocr/embedded-pictures.ts';
import { countLetters } from '../ocr/legibility.ts';
import type { OfficePackage, Relationship } from '../ooxml/open-package.ts';
import { readShapes, type Shape } from '../ooxml/read-shapes.ts';
import type { ShownReader } from '../ooxml/read-shown.ts';
import { shapeLines } from '../ooxml/shape-lines.ts';
import { createTextBuilder } from '../text/text-builder.ts';
import { readComments } from './read-comments.ts';

const TITLES = ['title', 'ctrTitle'];
/** Placeholders that say the same on every slide or only count them. */
const FURNITURE = ['sldNum', 'dt', 'ftr', 'hdr', 'sldImg'];
/** A slide with this many letters is one of text; its pictures are pictures. */
const TEXT_LETTERS = 80;

export interface SlideReader {
  pack: OfficePackage;
  pictures: PictureReader;
  /** Of this slide. */
  shown: ShownReader;
  /** Told what is lost, a sentence each. */
  warn(sentence: string): void;
}

/**
 * A slide as text: its title as a heading, its shapes in order, charts and diagrams at their places, the words in pictures where
 * it has few others, then the speaker's notes and comments.
 * @throws AppError as readXml
 */
export async function readSlide(
  { pack, pictures, shown, warn }: SlideReader,
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
    const lines = await shapeLines(pack, relationships, shape, shown);
    lines.forEach((line, index) => {
      if (index === 0) builder.paragraph(line);
      else builder.line(line);
    });
  }
  const told = countLetters(builder.build().text);
  if (told < TEXT_LETTERS) {
    const { found, texts } = await readPictures({ pack, pictures }, shapes, relationships);
    for (const text of texts) builder.paragraph(text);
    if (found > 0 && texts.length === 0 && told === 0) warn(`No text was found in the pictures on slide ${number}.`);
  }
  const notes = await readNotes(pack, related);
  if (notes.length > 0) builder.paragraph(`Notes: ${notes.join('\n')}`);
  for (const { type, target } of related) {
    if (type !== 'comments') continue;
    for (const comment of await readComments(pack, target)) builder.paragraph(`Comment: ${comment}`);
  }
  return builder.build();
}

/** @returns `found`: how many pictures may show a text */
async function readPictures(
  { pack, pictures }: Pick<SlideReader, 'pack' | 'pictures'>,
  shapes: readonly Shape[],
  relationships: ReadonlyMap<string, Relationship>,
): Promise<{ found: number; texts: string[] }> {
  const parts = new Map<string, number | undefined>();
  for (const { shows, shownCm2 } of shapes) {
    const part = shows?.kind === 'picture' ? relationships.get(shows.id)?.target : undefined;
    if (part !== undefined && pack.parts.names.has(part) && !parts.has(part)) parts.set(part, shownCm2);
  }
  const texts: string[] = [];
  let found = 0;
  for (const [part, shownCm2] of parts) {
    const picture = { parts: pack.parts, part, shownCm2 };
    if (!(await pictures.mayShowText(picture))) continue;
    found++;
    const text = await pictures.read(picture);
    if (text !== '') texts.push(text);
  }
  return { found, texts };
}

async function readNotes(pack: OfficePackage, related: readonly Relationship[]): Promise<string[]> {
  const part = related.find(({ type }) => type === 'notesSlide')?.target;
  if (part === undefined) return [];
  const shapes = await readShapes(pack, part);
  return shapes.filter(({ placeholder }) => !FURNITURE.includes(placeholder)).flatMap(({ lines }) => lines);
}
