import { allOf, type Filter, withoutIds } from '../decode/filter.ts';
import type { Query, Stage } from '../decode/query.ts';
import { stringifyJson } from '../json.ts';
import type { PointId } from '../point-id.ts';
import { DEFAULT_RRF_K, fuseByDistribution, fuseByRank } from './fusion.ts';
import { nearest, type QueryVector, resolveInput, type SearchSpace } from './nearest.ts';
import { orderedSlots, slotsById } from './order.ts';
import type { PointTable } from './point-table.ts';
import { type Selection, select } from './selection.ts';
import type { Scored } from './top.ts';

/** Finds the collection that a query looks its vector up in. */
export type FindCollection = (name: string) => SearchSpace;

/** What was found by searches that may come again in the same request, by what was asked. */
export type FoundBefore = Map<string, Scored[]>;

interface Context {
  space: SearchSpace;
  find: FindCollection;
  foundBefore: FoundBefore;
}

// What Qdrant answers for a point that was listed and not scored.
const UNSCORED = 1;

/** The points whose own vectors are the query: they are left out of the answer. */
function referencedIds(stage: Stage): PointId[] {
  const own = stage.query?.kind === 'nearest' && stage.query.input.kind === 'id' ? [stage.query.input.id] : [];
  const kept = stage.lookupFrom === undefined ? own : [];
  return [...kept, ...stage.prefetch.flatMap(referencedIds)];
}

function resolve(query: Extract<Query, { kind: 'nearest' }>, stage: Stage, { space, find }: Context): QueryVector {
  const source = stage.lookupFrom === undefined ? space : find(stage.lookupFrom.collection);
  return resolveInput(query.input, stage.lookupFrom?.vector ?? stage.using, source);
}

/** The candidates that a stage with prefetches chooses from, still under its filter. */
function among(lists: readonly Scored[][], filter: Filter | undefined, points: PointTable): Selection {
  const { accepts } = select(filter, points);
  const slots = new Set(
    lists
      .flat()
      .map(({ slot }) => slot)
      .filter(accepts),
  );
  return { accepts: (slot) => slots.has(slot), slots: () => slots };
}

function shuffled(slots: Iterable<number>): number[] {
  return [...slots]
    .map((slot) => ({ slot, place: Math.random() }))
    .sort((left, right) => left.place - right.place)
    .map(({ slot }) => slot);
}

function unscored(slots: readonly number[]): Scored[] {
  return slots.map((slot) => ({ slot, score: UNSCORED }));
}

function runStage(stage: Stage, limit: number, inherited: Filter | undefined, context: Context): Scored[] {
  const { points } = context.space;
  const { query, scoreThreshold, prefetch } = stage;
  const filter = allOf([inherited, stage.filter]);
  // The filter of a stage holds for everything below it, so that a prefetch is not filled with what it would drop.
  const lists = prefetch.map((inner) => runStage(inner, inner.limit, filter, context));
  if (query?.kind === 'rrf' || query?.kind === 'dbsf') {
    const fused =
      query.kind === 'dbsf' ? fuseByDistribution(lists) : fuseByRank(lists, query.k ?? DEFAULT_RRF_K, query.weights);
    return fused.filter(({ score }) => scoreThreshold === undefined || score >= scoreThreshold).slice(0, limit);
  }
  const selection = prefetch.length === 0 ? select(filter, points) : among(lists, filter, points);
  switch (query?.kind) {
    case undefined:
      return unscored(slotsById(points, selection, undefined, limit));
    case 'orderBy':
      return unscored(orderedSlots(points, selection, query.orderBy, limit).map(({ slot }) => slot));
    case 'sample':
      return unscored(shuffled(selection.slots()).slice(0, limit));
    case 'nearest': {
      const search = () =>
        nearest(resolve(query, stage, context), stage.using, context.space, {
          selection,
          limit,
          scoreThreshold,
          idfCorpus: stage.idfCorpus,
        });
      const isAlone = prefetch.length === 0 && inherited === undefined;
      return isAlone ? once(context.foundBefore, `${limit} ${stringifyJson(stage.asked)}`, search) : search();
    }
  }
}

/** A batch often asks for a fusion and for each of its legs alone; such a leg is searched once. */
function once(foundBefore: FoundBefore, question: string, search: () => Scored[]): Scored[] {
  const found = foundBefore.get(question) ?? search();
  foundBefore.set(question, found);
  return found;
}

/**
 * Runs a query with its prefetches, the innermost first.
 * @param limit how many to answer; a root's offset is part of it
 * @param foundBefore shared by the queries of one request, none of which changes anything
 */
export function runQuery(
  root: Stage,
  limit: number,
  space: SearchSpace,
  find: FindCollection,
  foundBefore: FoundBefore = new Map(),
): Scored[] {
  const excluded = referencedIds(root);
  const inherited = excluded.length === 0 ? undefined : withoutIds(excluded);
  return runStage(root, limit, inherited, { space, find, foundBefore });
}
