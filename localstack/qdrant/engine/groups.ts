import { isInteger, type Json } from '../json.ts';
import { elementsOf, type PathStep, valuesAt } from '../json-path.ts';
import type { PointTable } from './point-table.ts';
import type { Scored } from './top.ts';

export type GroupId = string | number | bigint;

export interface Group {
  id: GroupId;
  hits: Scored[];
}

function isGroupId(value: Json): value is GroupId {
  return typeof value === 'string' || isInteger(value);
}

/** Sorts hits, best first, into groups by a payload field; a point with several values is in several groups. */
export function groupHits(
  hits: readonly Scored[],
  points: PointTable,
  path: readonly PathStep[],
  { limit, groupSize }: { limit: number; groupSize: number },
): Group[] {
  const groups = new Map<GroupId, Group>();
  for (const hit of hits) {
    const values = valuesAt(points.payloadAt(hit.slot), path).flatMap(elementsOf).filter(isGroupId);
    for (const id of new Set(values)) {
      const group = groups.get(id);
      if (group !== undefined) {
        if (group.hits.length < groupSize) group.hits.push(hit);
      } else if (groups.size < limit) {
        groups.set(id, { id, hits: [hit] });
      }
    }
  }
  return [...groups.values()];
}
