import { LEAST_CM2 } from '../ocr/embedded-pictures.ts';
import type { OfficePackage } from '../ooxml/open-package.ts';
import { readShapes } from '../ooxml/read-shapes.ts';
import type { ShownReader } from '../ooxml/read-shown.ts';
import { shapeLines } from '../ooxml/shape-lines.ts';
import type { SheetRemark } from './read-remarks.ts';

/**
 * What is drawn on a sheet: text boxes and shapes, charts, diagrams, descriptions of pictures.
 * @returns `pictures`: whether there are some that may show words
 * @throws AppError as readXml
 */
export async function readDrawings(
  pack: OfficePackage,
  sheetPart: string,
  shown: ShownReader,
): Promise<{ remarks: SheetRemark[]; pictures: boolean }> {
  const remarks: SheetRemark[] = [];
  let pictures = false;
  for (const { type, target } of (await pack.relationships(sheetPart)).values()) {
    if (type !== 'drawing' || !pack.parts.names.has(target)) continue;
    const related = await pack.relationships(target);
    for (const shape of await readShapes(pack, target)) {
      const lines = await shapeLines(pack, related, shape, shown);
      if (lines.length > 0) remarks.push({ row: shape.row, text: lines.join('\n') });
      pictures ||= shape.shows?.kind === 'picture' && (shape.shownCm2 ?? LEAST_CM2) >= LEAST_CM2;
    }
  }
  return { remarks: remarks.sort((a, b) => a.row - b.row), pictures };
}
