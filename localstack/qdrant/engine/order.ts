import { parseDatetime } from '../datetime.ts';
import type { OrderBy } from '../decode/order-by.ts';
import { wrongInput } from '../errors.ts';
import type { Json } from '../json.ts';
import { elementsOf, valuesAt } from '../json-path.ts';
import { comparePointIds, type PointId } from '../point-id.ts';
import type { PointTable } from './point-table.ts';
import type { Selection } from './selection.ts';

export interface Ordered {
  slot: number;
  /** As the payload holds it; an instant in microseconds for a date. */
  value: number;
}

function orderValue(value: Json): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'string' ? parseDatetime(value) : undefined;
}

/**
 * Slots by the value of a payload field; a point with several values comes once for each.
 * @throws QdrantError 400 when the field has no index that knows ranges
 */
export function orderedSlots(points: PointTable, selection: Selection, orderBy: OrderBy, limit: number): Ordered[] {
  if (points.index(orderBy.key)?.answersRange !== true) {
    throw wrongInput(
      `No range index for \`order_by\` key: \`${orderBy.key}\`. Please create one to use \`order_by\`. Check ` +
        'https://qdrant.tech/documentation/concepts/indexing/#payload-index to see which payload schemas support Range conditions',
    );
  }
  const { isDescending, startFrom } = orderBy;
  const found: Ordered[] = [];
  for (const slot of selection.slots()) {
    for (const element of valuesAt(points.payloadAt(slot), orderBy.path).flatMap(elementsOf)) {
      const value = orderValue(element);
      if (value === undefined) continue;
      if (startFrom !== undefined && (isDescending ? value > startFrom : value < startFrom)) continue;
      found.push({ slot, value });
    }
  }
  const sign = isDescending ? -1 : 1;
  found.sort((left, right) => {
    return (left.value - right.value) * sign || compareSlots(points, left.slot, right.slot);
  });
  return found.slice(0, limit);
}

function compareSlots(points: PointTable, left: number, right: number): number {
  return comparePointIds(points.idAt(left) as PointId, points.idAt(right) as PointId);
}

/** The slots with the smallest ids, from `from` on, without sorting all that come later. */
export function slotsById(
  points: PointTable,
  selection: Selection,
  from: PointId | undefined,
  limit: number,
): number[] {
  const smallest: number[] = [];
  for (const slot of selection.slots()) {
    if (from !== undefined && comparePointIds(points.idAt(slot) as PointId, from) < 0) continue;
    smallest.push(slot);
    // Sorting now and then, not at each step, keeps a page of a large collection cheap.
    if (smallest.length >= 2 * limit + 1024) keepSmallest(points, smallest, limit);
  }
  keepSmallest(points, smallest, limit);
  return smallest;
}

function keepSmallest(points: PointTable, slots: number[], limit: number): void {
  slots.sort((left, right) => compareSlots(points, left, right));
  slots.length = Math.min(slots.length, limit);
}
