import { AppError } from '#shared/errors/app-error.ts';
import type { OfficePackage, Relationship } from './open-package.ts';
import { readChart } from './read-chart.ts';
import { readDiagram } from './read-diagram.ts';
import type { Shape } from './read-shapes.ts';

/**
 * What a shape says: its description, its own lines, those of the chart or diagram that it shows.
 * @param warn is told, in the end of a sentence, what is lost
 * @throws AppError as readXml, but for damage
 */
export async function readShown(
  pack: OfficePackage,
  related: ReadonlyMap<string, Relationship>,
  { description, lines, shows }: Shape,
  warn: (lost: string) => void,
): Promise<string[]> {
  const said = description === '' ? lines : [description, ...lines];
  const part = shows && related.get(shows.id)?.target;
  if (part === undefined || !pack.parts.names.has(part) || shows?.kind === 'picture') return said;
  try {
    if (shows?.kind === 'diagram') return [...said, ...(await readDiagram(pack, part))];
    const chart = await readChart(pack, part);
    if (chart.cut) warn('only the first values of a very long chart were read.');
    return [...said, ...chart.lines];
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'DAMAGED_FILE') throw error;
    warn(`a chart or diagram could not be read: ${error.message}`);
    return said;
  }
}
