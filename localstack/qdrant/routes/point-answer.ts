import { type PayloadSelector, selectPayload, type VectorSelector } from '../decode/selectors.ts';
import type { PointTable } from '../engine/point-table.ts';
import type { Scored } from '../engine/top.ts';
import { vectorNameMissing } from '../errors.ts';
import { shortestFloat } from '../f32.ts';
import type { Json, JsonObject } from '../json.ts';

export interface Selectors {
  withPayload: PayloadSelector;
  withVector: VectorSelector;
}

function vectorAnswer(points: PointTable, slot: number, selector: VectorSelector): Json | undefined {
  if (selector === false) return undefined;
  const { dense, sparse } = points.vectorsAt(slot);
  const unnamed = dense.get('');
  if (selector === true && unnamed !== undefined) return [...unnamed];
  const wanted = (name: string): boolean => selector === true || selector.includes(name);
  const named: [string, Json][] = [];
  for (const [name, vector] of dense) if (wanted(name)) named.push([name, [...vector]]);
  for (const [name, { indices, values }] of sparse) {
    if (wanted(name)) named.push([name, { indices: [...indices], values: [...values] }]);
  }
  return Object.fromEntries(named);
}

/** @throws QdrantError 400 for a vector name that the collection does not have */
export function checkVectorSelector(points: PointTable, selector: VectorSelector): void {
  if (typeof selector === 'boolean') return;
  const unknown = selector.find((name) => !points.denseStore(name) && !points.sparseStore(name));
  if (unknown !== undefined) throw vectorNameMissing(unknown);
}

function withSelected(answer: JsonObject, points: PointTable, slot: number, selectors: Selectors): JsonObject {
  const payload = selectPayload(points.payloadAt(slot), selectors.withPayload);
  if (payload !== undefined) answer.payload = payload;
  const vector = vectorAnswer(points, slot, selectors.withVector);
  if (vector !== undefined) answer.vector = vector;
  return answer;
}

/** A point as retrieve and scroll answer it. */
export function recordAnswer(points: PointTable, slot: number, selectors: Selectors): JsonObject {
  return withSelected({ id: points.idAt(slot) ?? null }, points, slot, selectors);
}

/** A point as queries answer it. */
export function scoredAnswer(points: PointTable, { slot, score }: Scored, selectors: Selectors): JsonObject {
  const head = { id: points.idAt(slot) ?? null, version: points.versionAt(slot), score: shortestFloat(score) };
  return withSelected(head, points, slot, selectors);
}
