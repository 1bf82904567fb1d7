import type { OfficePackage } from '../ooxml/open-package.ts';
import { rowLine } from '../text/text-builder.ts';

/** What one shape of a slide says, in the order the slide draws its shapes. */
export interface Shape {
  /** The kind of placeholder, e.g. `title`, `body`, `sldNum`; empty for a shape that is none. */
  placeholder: string;
  /** Paragraphs, or the rows of a table. */
  lines: string[];
  isTable: boolean;
}

/**
 * The texts of a slide or of a page of notes.
 * @throws AppError as readXml
 */
export async function readShapes(pack: OfficePackage, part: string): Promise<Shape[]> {
  const shapes: Shape[] = [];
  let shape: Shape | undefined;
  let cells: string[] | undefined;
  let cell: string[] = [];
  let paragraph = '';
  let reading = false;
  // The same content again, for programs that do not understand the first choice.
  let fallbacks = 0;
  let inNumber = false;
  const startShape = (): void => {
    shape = { placeholder: '', lines: [], isTable: false };
    shapes.push(shape);
  };
  await pack.read(part, {
    open(name, attributes) {
      reading = false;
      if (name === 'Fallback') fallbacks++;
      if (fallbacks > 0) return;
      switch (name) {
        case 'sp':
        case 'graphicFrame':
          startShape();
          break;
        case 'ph':
          if (shape) shape.placeholder = attributes.type ?? 'body';
          break;
        case 'tr':
          cells = [];
          if (shape) shape.isTable = true;
          break;
        case 'tc':
          cell = [];
          break;
        case 'p':
          paragraph = '';
          break;
        case 'br':
        case 'tab':
          paragraph += ' ';
          break;
        case 'fld':
          inNumber = attributes.type === 'slidenum';
          break;
        case 't':
          reading = !inNumber;
          break;
      }
    },
    text(piece) {
      if (reading) paragraph += piece;
    },
    close(name) {
      reading = false;
      if (name === 'Fallback') fallbacks--;
      if (fallbacks > 0) return;
      if (name === 'fld') inNumber = false;
      else if (name === 'p') {
        if (cells) cell.push(paragraph);
        else if (paragraph.trim() !== '') {
          if (!shape) startShape();
          shape?.lines.push(paragraph.trim());
        }
        paragraph = '';
      } else if (name === 'tc') cells?.push(cell.join(' '));
      else if (name === 'tr') {
        const row = rowLine(cells ?? []);
        if (row !== '') shape?.lines.push(row);
        cells = undefined;
      }
    },
  });
  return shapes;
}
