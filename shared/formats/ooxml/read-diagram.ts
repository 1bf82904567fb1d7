import type { Attributes } from '../xml/read-xml.ts';
import type { OfficePackage } from './open-package.ts';
import type { PartText } from './part-text.ts';

/** Shapes of one diagram that are told; one that a person drew has dozens. */
const MOST_POINTS = 50_000;
const MOST_INDENTS = 10;
/** Points that only say how others are drawn. */
const LAYOUT = 'pres';

/**
 * The words of a diagram (SmartArt), one shape a line, below each shape those that belong to it.
 * @throws AppError as readXml
 */
export async function readDiagram(pack: OfficePackage, part: string): Promise<PartText> {
  const texts = new Map<string, string>();
  const children = new Map<string, { to: string; order: number }[]>();
  let point: { id: string; lines: string[] } | undefined;
  let line = '';
  let reading = false;
  let cut = false;

  function connect({ type = 'parOf', srcId, destId, srcOrd }: Attributes): void {
    if (type !== 'parOf' || srcId === undefined || destId === undefined || children.size > MOST_POINTS) return;
    const below = children.get(srcId) ?? [];
    below.push({ to: destId, order: Number(srcOrd) || 0 });
    children.set(srcId, below);
  }

  await pack.read(part, {
    open(name, attributes) {
      reading = name === 't' && point !== undefined;
      if (name === 'pt' && attributes.type !== LAYOUT) {
        cut ||= texts.size >= MOST_POINTS;
        if (!cut) point = { id: attributes.modelId ?? '', lines: [] };
      } else if (name === 'cxn') connect(attributes);
      else if (name === 'p') line = '';
      else if (name === 'br') line += ' ';
    },
    text(piece) {
      if (reading) line += piece;
    },
    close(name) {
      reading = false;
      if (name === 'p' && line.trim() !== '') point?.lines.push(line.replace(/\s+/g, ' ').trim());
      else if (name === 'pt' && point) {
        texts.set(point.id, point.lines.join(' '));
        point = undefined;
      }
    },
  });
  return { lines: inOrder(texts, children), cut };
}

/** Depth first from the points that belong to no other; what is in a circle comes last. Each once. */
function inOrder(texts: Map<string, string>, children: Map<string, { to: string; order: number }[]>): string[] {
  const below = new Set([...children.values()].flat().map(({ to }) => to));
  const lines: string[] = [];
  const roots = [...texts.keys()];
  const waiting = [...roots.toReversed(), ...roots.filter((id) => !below.has(id)).toReversed()].map((id) => ({
    id,
    depth: 0,
  }));
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { id, depth } = next;
    const text = texts.get(id);
    if (!texts.delete(id)) continue;
    // The whole diagram is a point without words.
    if (text) lines.push('  '.repeat(Math.min(depth, MOST_INDENTS)) + text);
    const inner = (children.get(id) ?? []).toSorted((a, b) => b.order - a.order);
    for (const { to } of inner) waiting.push({ id: to, depth: text ? depth + 1 : depth });
  }
  return lines;
}
