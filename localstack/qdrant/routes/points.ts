import {
  readClearPayload,
  readDelete,
  readDeletePayload,
  readOverwritePayload,
  readSetPayload,
  readUpsert,
  readVectorsDelete,
  readVectorsUpdate,
} from '../decode/points.ts';
import { readUpdateBatch } from '../decode/update-batch.ts';
import type { Database } from '../engine/database.ts';
import type { Method, Route } from '../http/router.ts';
import { answerUpdate, answerUpdates, type ReadOperation } from './update-answer.ts';

const UPDATES: readonly [Method, string, ReadOperation][] = [
  ['PUT', '', readUpsert],
  ['POST', '/delete', readDelete],
  ['PUT', '/vectors', readVectorsUpdate],
  ['POST', '/vectors/delete', readVectorsDelete],
  ['POST', '/payload', readSetPayload],
  ['PUT', '/payload', readOverwritePayload],
  ['POST', '/payload/delete', readDeletePayload],
  ['POST', '/payload/clear', readClearPayload],
];

/** What changes points. */
export function pointUpdateRoutes(database: Database): Route[] {
  const routes = UPDATES.map(
    ([method, path, read]): Route => ({
      method,
      path: `/collections/{name}/points${path}`,
      handle: (request) => answerUpdate(database, request, read),
    }),
  );
  return [
    ...routes,
    {
      method: 'POST',
      path: '/collections/{name}/points/batch',
      handle: (request) => answerUpdates(database, request, readUpdateBatch),
    },
  ];
}
