import { allOf, type Filter } from '../decode/filter.ts';
import { type GroupsRequest, type QueryRequest, readGroupsRequest, readQueryRequest } from '../decode/query.ts';
import { asArray, asObject, required } from '../decode/reader.ts';
import type { Collection } from '../engine/collection.ts';
import type { Database } from '../engine/database.ts';
import { type Group, type GroupId, groupHits } from '../engine/groups.ts';
import { type FoundBefore, runQuery } from '../engine/query-plan.ts';
import type { Route } from '../http/router.ts';
import type { Json, JsonObject } from '../json.ts';
import { readPointIdIfAny } from '../point-id.ts';
import { checkVectorSelector, recordAnswer, scoredAnswer } from './point-answer.ts';
import { nameOf } from './update-answer.ts';

function answerQuery(
  database: Database,
  collection: Collection,
  request: QueryRequest,
  foundBefore?: FoundBefore,
): JsonObject {
  const { points } = collection;
  checkVectorSelector(points, request.withVector);
  const limit = request.limit + request.offset;
  const hits = runQuery(request, limit, collection, (name) => database.findOther(name), foundBefore);
  return { points: hits.slice(request.offset).map((hit) => scoredAnswer(points, hit, request)) };
}

/** Only points that have the field can be in a group. */
function hasField({ groupBy }: GroupsRequest): Filter {
  return { must: [], mustNot: [{ kind: 'isEmpty', path: groupBy }], should: [], minShould: undefined };
}

function lookedUp(database: Database, request: GroupsRequest, id: GroupId): JsonObject | undefined {
  if (request.withLookup === undefined) return undefined;
  const { points } = database.findOther(request.withLookup.collection);
  const pointId = readPointIdIfAny(id);
  const slot = pointId === undefined ? undefined : points.slotOf(pointId);
  return slot === undefined ? undefined : recordAnswer(points, slot, request.withLookup);
}

function answerGroups(database: Database, collection: Collection, request: GroupsRequest): JsonObject {
  const { points } = collection;
  checkVectorSelector(points, request.withVector);
  if (request.withLookup !== undefined) database.findOther(request.withLookup.collection);
  const filter = allOf([request.filter, hasField(request)]);
  const hits = runQuery({ ...request, filter }, points.count, collection, (name) => database.findOther(name));
  const groups = groupHits(hits, points, request.groupBy, request);
  return { groups: groups.map((group) => groupAnswer(database, collection, request, group)) };
}

function groupAnswer(database: Database, { points }: Collection, request: GroupsRequest, group: Group): JsonObject {
  const answer: JsonObject = { id: group.id, hits: group.hits.map((hit) => scoredAnswer(points, hit, request)) };
  const lookup = lookedUp(database, request, group.id);
  if (lookup !== undefined) answer.lookup = lookup;
  return answer;
}

/** What scores points. */
export function queryRoutes(database: Database): Route[] {
  const withBody = (path: string, answer: (collection: Collection, body: Json) => Json): Route => ({
    method: 'POST',
    path: `/collections/{name}/points/query${path}`,
    handle: async (request) => {
      const body = await request.body();
      return answer(database.find(nameOf(request)), body);
    },
  });
  return [
    withBody('', (collection, body) => answerQuery(database, collection, readQueryRequest(body))),
    withBody('/batch', (collection, body) => {
      const searches = required(asObject(body, 'struct QueryRequestBatch'), 'searches', (list) => asArray(list));
      const foundBefore: FoundBefore = new Map();
      const requests = searches.map(readQueryRequest);
      return requests.map((request) => answerQuery(database, collection, request, foundBefore));
    }),
    withBody('/groups', (collection, body) => answerGroups(database, collection, readGroupsRequest(body))),
  ];
}
