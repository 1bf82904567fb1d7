import type { Collection } from '../engine/collection.ts';
import type { Database } from '../engine/database.ts';
import type { Operation } from '../engine/operations.ts';
import { UpdateRefused } from '../errors.ts';
import { booleanParameter, type RouteRequest } from '../http/request.ts';
import type { Json, JsonObject } from '../json.ts';

export type ReadOperation = (body: Json, collection: Collection) => Operation;

export function nameOf(request: RouteRequest): string {
  return request.path.name ?? '';
}

/**
 * Carries out one update. With `wait=false` the answer says only that it was accepted, so what Qdrant would find out
 * later (an unknown vector name, a missing point) is not told; the update is durable and done either way.
 */
async function carryOut(collection: Collection, wait: boolean, read: () => Operation): Promise<JsonObject> {
  try {
    const { operationId, refusal } = await collection.update(read());
    if (wait && refusal !== undefined) throw refusal;
    return { operation_id: operationId, status: wait ? 'completed' : 'acknowledged' };
  } catch (error) {
    if (wait || !(error instanceof UpdateRefused)) throw error;
    return { operation_id: collection.lastOperation, status: 'acknowledged' };
  }
}

export async function answerUpdate(
  database: Database,
  request: RouteRequest,
  read: ReadOperation,
): Promise<JsonObject> {
  const wait = booleanParameter(request.query, 'wait');
  const body = await request.body();
  const collection = database.find(nameOf(request));
  return carryOut(collection, wait, () => read(body, collection));
}

/** Carries out several updates in order; the first that is refused ends them. */
export async function answerUpdates(
  database: Database,
  request: RouteRequest,
  readAll: (body: Json) => ((collection: Collection) => Operation)[],
): Promise<JsonObject[]> {
  const wait = booleanParameter(request.query, 'wait');
  const operations = readAll(await request.body());
  const collection = database.find(nameOf(request));
  const answers: JsonObject[] = [];
  for (const operation of operations) answers.push(await carryOut(collection, wait, () => operation(collection)));
  return answers;
}
