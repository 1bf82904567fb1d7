import type { OfficePackage } from '../ooxml/open-package.ts';
import { readShapes } from '../ooxml/read-shapes.ts';
import type { ShownReader } from '../ooxml/read-shown.ts';
import { shapeLines } from '../ooxml/shape-lines.ts';
import type { SheetPicture } from '../sheet/with-pictures.ts';
import type { SheetRemark } from './read-remarks.ts';

/**
 * What is drawn on a sheet: text boxes and shapes, charts, diagrams, descriptions of pictures.
 * @param sheet its name
 * @returns `objects`: whether other documents are embedded
 * @throws AppError as readXml
 */
export async function readDrawings(
  pack: OfficePackage,
  sheet: string,
  sheetPart: string,
  shown: ShownReader,
): Promise<{ remarks: SheetRemark[]; pictures: SheetPicture[]; objects: boolean }> {
  const remarks: SheetRemark[] = [];
  const pictures: SheetPicture[] = [];
  let objects = false;
  for (const { type, target } of (await pack.relationships(sheetPart)).values()) {
    objects ||= type === 'oleObject' || type === 'package';
    if (type !== 'drawing' || !pack.parts.names.has(target)) continue;
    const related = await pack.relationships(target);
    for (const shape of await readShapes(pack, target)) {
      const lines = await shapeLines(pack, related, shape, shown);
      if (lines.length > 0) remarks.push({ row: shape.row, text: lines.join('\n') });
      const part = shape.shows?.kind === 'picture' ? related.get(shape.shows.id)?.target : undefined;
      if (part !== undefined && pack.parts.names.has(part)) {
        pictures.push({ picture: { parts: pack.parts, part, shownCm2: shape.shownCm2 }, sheet, row: shape.row });
      }
    }
  }
  return { remarks: remarks.sort((a, b) => a.row - b.row), pictures, objects };
}
