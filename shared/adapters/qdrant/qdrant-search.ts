import type { Schemas } from '@qdrant/js-client-rest';
import {
  FUSED_LEGS,
  type HiddenGenerations,
  type VectorAnswer,
  type VectorHit,
  type VectorLeg,
  type VectorQuery,
} from '#shared/ports/vector-index.ts';
import { DENSE, IMAGE, SPARSE, usesIdf } from './qdrant-places.ts';

/**
 * The k of reciprocal rank fusion: Qdrant's own 2 and not the literature's 60. Qdrant's weights stretch ranks, which a
 * large k drowns. nDCG@10 on Cranfield with the hashing embedder (dense .394, sparse .505 alone): dense at weight .1 gives
 * .506 with k = 2, .499 with 10 and .465 with 60; with equal weights .484, .496 and .493.
 */
const RRF_K = 2;

// A leg is fetched deeper than the page: what only one leg ranks high must still meet what the other ranks in the middle.
const LEG_DEPTH_FACTOR = 2;
const LEAST_LEG_DEPTH = 100;

type Search = Schemas['QueryRequest'];
type Leg = { name: VectorLeg; search: Search };

/** Conditions that keep to one person's points, and to some files when they are named. */
export function ownerConditions(ownerId: string, fileIds?: readonly string[]): Schemas['FieldCondition'][] {
  const owner = { key: 'user_id', match: { value: ownerId } };
  return fileIds === undefined ? [owner] : [owner, { key: 'file_id', match: { any: [...fileIds] } }];
}

/** One condition for all files that hide the same generations: most do, and the list is sent with every leg. */
function hiddenConditions(hidden: readonly HiddenGenerations[]): Schemas['Condition'][] {
  const groups = Map.groupBy(hidden, ({ from, upTo }) => `${from} ${upTo}`);
  return [...groups.values()].map((files) => {
    const { from: gte, upTo: lte } = files[0] ?? {};
    const inFiles = { key: 'file_id', match: { any: files.map(({ fileId }) => fileId) } };
    if (gte === undefined && lte === undefined) return inFiles;
    const range = { ...(gte === undefined ? {} : { gte }), ...(lte === undefined ? {} : { lte }) };
    return { must: [inFiles, { key: 'generation', range }] };
  });
}

export interface SearchScope {
  ownerId: string;
  /** Whether other people's points are in the same collection, so that word statistics must be narrowed to the owner's. */
  isShared: boolean;
}

function legsOf(
  { model = '', legs, limit, fileIds, hidden = [], floors = {} }: VectorQuery,
  { ownerId, isShared }: SearchScope,
): Leg[] {
  const filter = {
    must: ownerConditions(ownerId, fileIds),
    ...(hidden.length > 0 ? { must_not: hiddenConditions(hidden) } : {}),
  };
  const page = { filter, limit: Math.max(limit * LEG_DEPTH_FACTOR, LEAST_LEG_DEPTH) };
  const found: Leg[] = [];
  const floor = (leg: VectorLeg) => (floors[leg] === undefined ? {} : { score_threshold: floors[leg] });
  if (legs.dense !== undefined) {
    found.push({ name: 'dense', search: { ...page, query: legs.dense, using: DENSE, ...floor('dense') } });
  }
  if (legs.sparse !== undefined) {
    const params =
      isShared && usesIdf(model) ? { params: { idf: { corpus: { must: ownerConditions(ownerId) } } } } : {};
    found.push({
      name: 'sparse',
      search: { ...page, query: legs.sparse, using: SPARSE, ...params, ...floor('sparse') },
    });
  }
  if (legs.image !== undefined) {
    found.push({ name: 'image', search: { ...page, query: legs.image, using: IMAGE, ...floor('image') } });
  }
  return found;
}

function hitsOf(answer: Schemas['QueryResponse'] | undefined): VectorHit[] {
  return (answer?.points ?? []).map(({ id, score }) => ({ id: String(id), score }));
}

/** One person's query as the searches of one `query/batch`, and how its answers are read. */
export interface PreparedSearch {
  searches: Search[];
  read(answers: readonly Schemas['QueryResponse'][]): VectorAnswer;
}

/** Each leg alone for its ranks, and before them, when there are several that can be fused, their fusion. */
export function prepareSearch(query: VectorQuery, scope: SearchScope): PreparedSearch {
  const legs = legsOf(query, scope);
  const fusedLegs = legs.filter(({ name }) => FUSED_LEGS.some((each) => each === name));
  // The owner's conditions are in each prefetch, and what is fused comes from nowhere else.
  const fused: Search = {
    prefetch: fusedLegs.map(({ search }) => search),
    query: { rrf: { k: RRF_K, weights: fusedLegs.map(({ name }) => query.weights[name] ?? 1) } },
    limit: query.limit,
  };
  const isFused = fusedLegs.length > 1;
  return {
    searches: [...(isFused ? [fused] : []), ...legs.map(({ search }) => search)],
    read: (answers) => {
      const byLeg = new Map(legs.map(({ name }, at) => [name, hitsOf(answers[isFused ? at + 1 : at])]));
      const alone = fusedLegs[0] ? byLeg.get(fusedLegs[0].name) : undefined;
      const first = isFused ? hitsOf(answers[0]) : (alone ?? []);
      return { fused: first.slice(0, query.limit), legs: Object.fromEntries(byLeg) };
    },
  };
}
