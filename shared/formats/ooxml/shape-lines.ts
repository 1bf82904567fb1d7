import type { OfficePackage, Relationship } from './open-package.ts';
import type { Shape } from './read-shapes.ts';
import type { ShownReader } from './read-shown.ts';

/** What a shape says: its description, its own lines, those of the chart or diagram that it shows. @throws AppError as readXml */
export async function shapeLines(
  pack: OfficePackage,
  related: ReadonlyMap<string, Relationship>,
  { description, lines, shows }: Shape,
  shown: ShownReader,
): Promise<string[]> {
  const said = description === '' ? lines : [description, ...lines];
  const part = shows && related.get(shows.id)?.target;
  if (shows === undefined || shows.kind === 'picture' || part === undefined || !pack.parts.names.has(part)) return said;
  return [...said, ...(await shown.lines(pack, shows.kind, part))];
}
