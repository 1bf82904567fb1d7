import type { OfficePackage } from '../ooxml/open-package.ts';
import { readShapes } from '../ooxml/read-shapes.ts';
import { readShown } from '../ooxml/read-shown.ts';
import type { SheetRemark } from './read-remarks.ts';

/** A smaller picture is an icon or a logo. */
const LEAST_CM2 = 20;

/**
 * What is drawn on a sheet: text boxes and shapes, charts, diagrams, descriptions of pictures.
 * @returns `lost`: ends of sentences
 * @throws AppError as readXml
 */
export async function readDrawings(
  pack: OfficePackage,
  sheetPart: string,
): Promise<{ remarks: SheetRemark[]; lost: Set<string> }> {
  const remarks: SheetRemark[] = [];
  const lost = new Set<string>();
  for (const { type, target } of (await pack.relationships(sheetPart)).values()) {
    if (type !== 'drawing' || !pack.parts.names.has(target)) continue;
    const related = await pack.relationships(target);
    for (const shape of await readShapes(pack, target)) {
      const lines = await readShown(pack, related, shape, (what) => lost.add(what));
      if (lines.length > 0) remarks.push({ row: shape.row, text: lines.join('\n') });
      if (shape.shows?.kind === 'picture' && (shape.shownCm2 ?? LEAST_CM2) >= LEAST_CM2) {
        lost.add('the words in pictures were not read.');
      }
    }
  }
  return { remarks: remarks.sort((a, b) => a.row - b.row), lost };
}
