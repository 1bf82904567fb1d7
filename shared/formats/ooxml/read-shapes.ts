import { rowLine } from '../text/text-builder.ts';
import { localAttribute } from '../xml/local-attribute.ts';
import type { Attributes } from '../xml/read-xml.ts';
import { withFormulas } from './formulas.ts';
import { withOneBranch } from './one-branch.ts';
import type { OfficePackage } from './open-package.ts';

/** What one shape of a slide or a sheet's drawing says, in the order in which the shapes are drawn. */
export interface Shape {
  /** The kind of placeholder, e.g. `title`, `body`, `sldNum`; empty for a shape that is none. */
  placeholder: string;
  /** For those who do not see it. */
  description: string;
  /** Paragraphs, or the rows of a table. */
  lines: string[];
  isTable: boolean;
  /** What it shows of another part, by the id of the relationship. */
  shows: { kind: 'chart' | 'diagram' | 'picture'; id: string } | undefined;
  /** In square centimetres, where the file says it. */
  shownCm2: number | undefined;
  /** Of a sheet, from 1, at which it begins. */
  row: number;
}

const SHAPES = new Set(['sp', 'graphicFrame', 'pic', 'grpSp', 'cxnSp']);
/** English Metric Units in a centimetre. */
const EMU_PER_CM = 360_000;

/**
 * The texts of a slide, a page of notes or a sheet's drawing.
 * @throws AppError as readXml
 */
export async function readShapes(pack: OfficePackage, part: string): Promise<Shape[]> {
  const shapes: Shape[] = [];
  let shape: Shape | undefined;
  let cells: string[] | undefined;
  let cell: string[] = [];
  let paragraph = '';
  let reading = false;
  let inNumber = false;
  let row = 1;
  let inCorner = false;
  let inRow = false;
  const startShape = (): Shape => {
    shape = { placeholder: '', description: '', lines: [], isTable: false, shows: undefined, shownCm2: undefined, row };
    shapes.push(shape);
    return shape;
  };

  function openShown(name: string, attributes: Attributes): void {
    if (!shape) return;
    const attribute = { chart: 'id', relIds: 'dm', blip: 'embed' }[name];
    const id = attribute === undefined ? undefined : localAttribute(attributes, attribute);
    if (name === 'cNvPr')
      shape.description ||= (attributes.descr || attributes.title || '').replace(/\s+/g, ' ').trim();
    else if (name === 'ext' && attributes.cx !== undefined) {
      shape.shownCm2 ??= (Number(attributes.cx) / EMU_PER_CM) * (Number(attributes.cy) / EMU_PER_CM);
    } else if (id !== undefined) {
      shape.shows ??= { kind: name === 'chart' ? 'chart' : name === 'relIds' ? 'diagram' : 'picture', id };
    }
  }

  await pack.read(
    part,
    withOneBranch(
      withFormulas({
        open(name, attributes) {
          reading = false;
          // A drawing reaches from one cell to another.
          if (name === 'from') inCorner = true;
          inRow = inCorner && name === 'row';
          if (SHAPES.has(name)) startShape();
          switch (name) {
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
            default:
              openShown(name, attributes);
          }
        },
        text(piece) {
          if (reading) paragraph += piece;
          else if (inRow) row = Number(piece) + 1 || row;
        },
        close(name) {
          reading = false;
          inRow = false;
          if (name === 'from') inCorner = false;
          else if (name === 'fld') inNumber = false;
          else if (name === 'p') {
            if (cells) cell.push(paragraph);
            else if (paragraph.trim() !== '') (shape ?? startShape()).lines.push(paragraph.trim());
            paragraph = '';
          } else if (name === 'tc') cells?.push(cell.join(' '));
          else if (name === 'tr') {
            const line = rowLine(cells ?? []);
            if (line !== '') shape?.lines.push(line);
            cells = undefined;
          }
        },
      }),
    ),
  );
  return shapes;
}
