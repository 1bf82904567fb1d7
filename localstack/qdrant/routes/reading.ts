import { readFilter } from '../decode/filter.ts';
import { readOrderBy } from '../decode/order-by.ts';
import { asArray, asBoolean, asObject, optional, positiveCount, required } from '../decode/reader.ts';
import { readPayloadSelector, readVectorSelector } from '../decode/selectors.ts';
import type { Collection } from '../engine/collection.ts';
import type { Database } from '../engine/database.ts';
import { orderedSlots, slotsById } from '../engine/order.ts';
import { select } from '../engine/selection.ts';
import { notFound, wrongInput } from '../errors.ts';
import type { RouteRequest } from '../http/request.ts';
import type { Route } from '../http/router.ts';
import type { Json, JsonObject } from '../json.ts';
import { parsePointId, readPointId } from '../point-id.ts';
import { checkVectorSelector, recordAnswer, type Selectors } from './point-answer.ts';
import { nameOf } from './update-answer.ts';

const DEFAULT_SCROLL_LIMIT = 10;
const OFFSET_WITH_ORDER =
  'Cannot use an `offset` when using `order_by`. The alternative for paging is to use `order_by.start_from` and a filter ' +
  "to exclude the IDs that you've already seen for the `order_by.start_from` value";

function readSelectors(body: JsonObject, { points }: Collection): Selectors {
  const withVector = optional(body, 'with_vector', readVectorSelector) ?? false;
  checkVectorSelector(points, withVector);
  return { withPayload: optional(body, 'with_payload', readPayloadSelector) ?? true, withVector };
}

function getPoint({ points }: Collection, text: string): JsonObject {
  const id = parsePointId(text);
  if (id === undefined) throw wrongInput(`Can not recognize "${text}" as point id`);
  const slot = points.slotOf(id);
  if (slot === undefined) throw notFound(`Point with id ${id} does not exists!`);
  return recordAnswer(points, slot, { withPayload: true, withVector: true });
}

function retrieve(collection: Collection, value: Json): JsonObject[] {
  const body = asObject(value, 'struct PointRequest');
  const ids = new Set(required(body, 'ids', (list) => asArray(list)).map(readPointId));
  const selectors = readSelectors(body, collection);
  const slots = [...ids].map((id) => collection.points.slotOf(id)).filter((slot) => slot !== undefined);
  return slots.map((slot) => recordAnswer(collection.points, slot, selectors));
}

function scroll(collection: Collection, value: Json): JsonObject {
  const { points } = collection;
  const body = asObject(value, 'struct ScrollRequest');
  const limit = positiveCount(body, 'limit') ?? DEFAULT_SCROLL_LIMIT;
  const offset = optional(body, 'offset', readPointId);
  const orderBy = optional(body, 'order_by', readOrderBy);
  const selectors = readSelectors(body, collection);
  const selection = select(optional(body, 'filter', readFilter), points);
  if (orderBy === undefined) {
    const slots = slotsById(points, selection, offset, limit + 1);
    const next = slots[limit];
    return {
      points: slots.slice(0, limit).map((slot) => recordAnswer(points, slot, selectors)),
      next_page_offset: next === undefined ? null : (points.idAt(next) ?? null),
    };
  }
  if (offset !== undefined) throw wrongInput(OFFSET_WITH_ORDER);
  const ordered = orderedSlots(points, selection, orderBy, limit);
  return {
    points: ordered.map(({ slot, value: orderValue }) => ({
      ...recordAnswer(points, slot, selectors),
      order_value: orderValue,
    })),
    next_page_offset: null,
  };
}

function count({ points }: Collection, value: Json): JsonObject {
  const body = asObject(value, 'struct CountRequest');
  optional(body, 'exact', asBoolean);
  const filter = optional(body, 'filter', readFilter);
  if (filter === undefined) return { count: points.count };
  let found = 0;
  for (const _slot of select(filter, points).slots()) found += 1;
  return { count: found };
}

/** What lists points without scoring them. */
export function readingRoutes(database: Database): Route[] {
  const withBody = (path: string, answer: (collection: Collection, body: Json) => Json): Route => ({
    method: 'POST',
    path: `/collections/{name}/points${path}`,
    handle: async (request: RouteRequest) => {
      const body = await request.body();
      return answer(database.find(nameOf(request)), body);
    },
  });
  return [
    {
      method: 'GET',
      path: '/collections/{name}/points/{id}',
      handle: (request) => getPoint(database.find(nameOf(request)), request.path.id ?? ''),
    },
    withBody('', retrieve),
    withBody('/scroll', scroll),
    withBody('/count', count),
  ];
}
