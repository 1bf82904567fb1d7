import { readFilter } from '../decode/filter.ts';
import { pointMissing, type QdrantError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { mergeAt, mergeInto, parsePath, removeAt } from '../json-path.ts';
import { compileFilter } from './filter-match.ts';
import type { Operation, Target } from './operations.ts';
import type { Point, PointTable } from './point-table.ts';
import { select } from './selection.ts';
import type { PointVectors } from './vectors.ts';

type Refusal = QdrantError | undefined;

/** Calls `change` for each point of the target that exists; the refusal names the first id that does not. */
function forTarget(points: PointTable, target: Target, change: (slot: number) => void): Refusal {
  if ('filter' in target) {
    // Collected first, because a change may alter what the filter lets through.
    for (const slot of [...select(readFilter(target.filter), points).slots()]) change(slot);
    return undefined;
  }
  let refusal: Refusal;
  for (const id of target.ids) {
    const slot = points.slotOf(id);
    if (slot === undefined) refusal ??= pointMissing(String(id));
    else change(slot);
  }
  return refusal;
}

function changePayload(
  points: PointTable,
  target: Target,
  version: number,
  change: (payload: JsonObject) => void,
): Refusal {
  return forTarget(points, target, (slot) => {
    const payload = structuredClone(points.payloadAt(slot));
    change(payload);
    points.setPayload(slot, payload, version);
  });
}

function mayUpdate(points: PointTable, updateFilter: JsonObject | undefined): (slot: number) => boolean {
  return updateFilter === undefined ? () => true : compileFilter(readFilter(updateFilter), points);
}

function upsert(points: PointTable, operation: Extract<Operation, { kind: 'upsert' }>, version: number): void {
  const may = mayUpdate(points, operation.updateFilter);
  for (const point of operation.points) {
    const slot = points.slotOf(point.id);
    const isWanted =
      slot === undefined ? operation.mode !== 'update_only' : operation.mode !== 'insert_only' && may(slot);
    if (isWanted) points.put({ ...point, version });
  }
}

function withVectors(points: PointTable, slot: number, vectors: PointVectors): Pick<Point, 'payload' | 'vectors'> {
  const all = points.vectorsAt(slot);
  for (const [name, vector] of vectors.dense) all.dense.set(name, vector);
  for (const [name, vector] of vectors.sparse) all.sparse.set(name, vector);
  return { payload: points.payloadAt(slot), vectors: all };
}

function updateVectors(
  points: PointTable,
  operation: Extract<Operation, { kind: 'updateVectors' }>,
  version: number,
): Refusal {
  const may = mayUpdate(points, operation.updateFilter);
  let refusal: Refusal;
  for (const { id, vectors } of operation.points) {
    const slot = points.slotOf(id);
    if (slot === undefined) refusal ??= pointMissing(String(id));
    else if (may(slot)) points.put({ id, version, ...withVectors(points, slot, vectors) });
  }
  return refusal;
}

/**
 * Carries out one update. What it refuses (an id that does not exist) is returned and not thrown: the rest of the update
 * is done all the same, as in Qdrant, and reading the log repeats it.
 */
export function applyOperation(points: PointTable, operation: Operation, version: number): Refusal {
  switch (operation.kind) {
    case 'upsert':
      upsert(points, operation, version);
      return undefined;
    case 'updateVectors':
      return updateVectors(points, operation, version);
    case 'deleteVectors':
      return forTarget(points, operation.target, (slot) => points.removeVectors(slot, operation.names, version));
    case 'delete':
      forTarget(points, operation.target, (slot) => {
        const id = points.idAt(slot);
        if (id !== undefined) points.remove(id);
      });
      return undefined;
    case 'setPayload': {
      const path = operation.key === undefined ? undefined : parsePath(operation.key);
      return changePayload(points, operation.target, version, (payload) => {
        if (path === undefined) mergeInto(payload, operation.payload);
        else mergeAt(payload, path, operation.payload);
      });
    }
    case 'overwritePayload':
      return forTarget(points, operation.target, (slot) => points.setPayload(slot, operation.payload, version));
    case 'deletePayload': {
      const paths = operation.keys.map((key) => parsePath(key));
      return changePayload(points, operation.target, version, (payload) => {
        for (const path of paths) removeAt(payload, path);
      });
    }
    case 'clearPayload':
      return forTarget(points, operation.target, (slot) => points.setPayload(slot, {}, version));
    case 'createIndex':
      points.addIndex(operation.field, operation.schema);
      return undefined;
    case 'dropIndex':
      points.dropIndex(operation.field);
      return undefined;
  }
}
