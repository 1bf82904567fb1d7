import { describe, expect, it } from 'vitest';
import type { ContractContext } from './qdrant-contract-context.ts';

interface Hit {
  id: unknown;
  score: number;
}

const UP = [1, 0];
const SIDE = [0, 1];

interface Leg {
  query: number[];
  using: string;
}

/** Qdrant's rank fusion of one list's place (from 0). */
function rrf(place: number, k = 2, weight = 1): number {
  return 1 / ((place + 1) / weight + k - 1);
}

function scoresOf(hits: readonly Hit[]): Record<string, number> {
  return Object.fromEntries(hits.map(({ id, score }) => [String(id), score]));
}

function expectScores(hits: readonly Hit[], expected: Record<string, number>): void {
  const scores = scoresOf(hits);
  expect(Object.keys(scores).sort()).toEqual(Object.keys(expected).sort());
  for (const [id, score] of Object.entries(expected)) expect(scores[id], `score of ${id}`).toBeCloseTo(score, 5);
  const order = hits.map(({ score }) => score);
  expect(order).toEqual([...order].sort((left, right) => right - left));
}

export function describeFusion({ client, raw, newCollection }: ContractContext): void {
  // By `up` the order is 1, 2, 3, 4; by `side` it is 4, 2, 1 (3 has no such vector).
  const fill = async (): Promise<string> => {
    const name = await newCollection({
      vectors: { up: { size: 2, distance: 'Dot' }, side: { size: 2, distance: 'Dot' } },
    });
    await client().upsert(name, {
      wait: true,
      points: [
        { id: 1, vector: { up: [10, 0], side: [0, 1] }, payload: { odd: true } },
        { id: 2, vector: { up: [8, 0], side: [0, 5] }, payload: { odd: false } },
        { id: 3, vector: { up: [3, 0] }, payload: { odd: true } },
        { id: 4, vector: { up: [1, 0], side: [0, 9] }, payload: { odd: false } },
      ],
    });
    return name;
  };
  const legs: [Leg, Leg] = [
    { query: UP, using: 'up' },
    { query: SIDE, using: 'side' },
  ];
  const expected = { 1: rrf(0) + rrf(2), 2: rrf(1) + rrf(1), 3: rrf(2), 4: rrf(3) + rrf(0) };

  describe('fusion', () => {
    it('by rank has k = 2: a first place scores a half', async () => {
      const name = await fill();
      const { points } = await client().query(name, { prefetch: legs, query: { fusion: 'rrf' } });
      expectScores(points, expected);
      const single = await client().query(name, { prefetch: legs[0], query: { rrf: {} }, limit: 1 });
      expect(single.points[0]?.score).toBeCloseTo(0.5, 6);
    });

    it('by rank takes k and weights, which stretch the ranks', async () => {
      const name = await fill();
      const { points } = await client().query(name, { prefetch: legs, query: { rrf: { k: 60, weights: [3, 0.5] } } });
      expectScores(points, {
        1: rrf(0, 60, 3) + rrf(2, 60, 0.5),
        2: rrf(1, 60, 3) + rrf(1, 60, 0.5),
        3: rrf(2, 60, 3),
        4: rrf(3, 60, 3) + rrf(0, 60, 0.5),
      });
    });

    it('by rank gives a list of weight 0 no say', async () => {
      const { points } = await client().query(await fill(), { prefetch: legs, query: { rrf: { weights: [1, 0] } } });
      expect(scoresOf(points)).toMatchObject({ 1: 0.5 });
      expect(scoresOf(points)['4']).toBeCloseTo(rrf(3), 6);
    });

    it('by distribution scales each list to its mean and deviation', async () => {
      const name = await fill();
      const { points } = await client().query(name, { prefetch: legs, query: { fusion: 'dbsf' } });
      const scale = (list: number[]): ((score: number) => number) => {
        const mean = list.reduce((sum, score) => sum + score, 0) / list.length;
        const variance = list.reduce((sum, score) => sum + (score - mean) ** 2, 0) / (list.length - 1);
        const reach = 3 * Math.sqrt(variance);
        return (score) => (score - mean + reach) / (2 * reach);
      };
      const [up, side] = [scale([10, 8, 3, 1]), scale([9, 5, 1])];
      expectScores(points, { 1: up(10) + side(1), 2: up(8) + side(5), 3: up(3), 4: up(1) + side(9) });
    });

    it('by distribution gives a lone hit, and equal hits, a half', async () => {
      const name = await fill();
      const lone = { query: UP, using: 'up', filter: { must: { has_id: [2] } } };
      const { points } = await client().query(name, { prefetch: lone, query: { fusion: 'dbsf' } });
      expectScores(points, { 2: 0.5 });
    });

    it('ends at the threshold, which itself is good enough', async () => {
      const name = await fill();
      const { points } = await client().query(name, {
        prefetch: legs[0],
        query: { fusion: 'rrf' },
        score_threshold: 0.25,
      });
      expectScores(points, { 1: rrf(0), 2: rrf(1), 3: rrf(2) });
    });

    it('sees only what the prefetch limits let through; the root page does not widen them', async () => {
      const name = await fill();
      const narrow = legs.map((leg) => ({ ...leg, limit: 1 }));
      const { points } = await client().query(name, { prefetch: narrow, query: { fusion: 'rrf' }, limit: 4 });
      expectScores(points, { 1: 0.5, 4: 0.5 });
      const later = await client().query(name, { prefetch: narrow, query: { fusion: 'rrf' }, limit: 4, offset: 2 });
      expect(later.points).toEqual([]);
    });

    it('prefetches 10 by default', async () => {
      const name = await newCollection({ vectors: { size: 1, distance: 'Dot' } });
      await client().upsert(name, { points: Array.from({ length: 15 }, (_, id) => ({ id, vector: [id + 1] })) });
      const { points } = await client().query(name, { prefetch: { query: [1] }, query: { fusion: 'rrf' }, limit: 15 });
      expect(points).toHaveLength(10);
    });

    it('has the root filter hold in each prefetch, before its limit', async () => {
      const name = await fill();
      const narrow = legs.map((leg) => ({ ...leg, limit: 1 }));
      const filter = { must: { key: 'odd', match: { value: false } } };
      const { points } = await client().query(name, { prefetch: narrow, query: { fusion: 'rrf' }, filter });
      expectScores(points, { 2: 0.5, 4: 0.5 });
    });

    it('nests, and scores a prefetch again', async () => {
      const name = await fill();
      const inner = { prefetch: legs, query: { fusion: 'rrf' as const }, limit: 2 };
      const rescored = await client().query(name, { prefetch: inner, query: SIDE, using: 'side' });
      expect(rescored.points.map(({ id, score }) => [id, score])).toHaveLength(2);
      for (const { id } of rescored.points) expect(Object.keys(expected)).toContain(String(id));
      const nested = await client().query(name, { prefetch: [inner, legs[1]], query: { fusion: 'rrf' } });
      expect(nested.points.length).toBeGreaterThan(2);
    });

    it('lists a prefetch without a query by id', async () => {
      const { points } = await client().query(await fill(), { prefetch: { limit: 2 }, query: { fusion: 'rrf' } });
      expectScores(points, { 1: rrf(0), 2: rrf(1) });
    });

    it('answers several queries at once, as each would be alone', async () => {
      const name = await fill();
      const searches = [{ prefetch: legs, query: { fusion: 'rrf' as const }, limit: 10 }, ...legs];
      const answers = await client().queryBatch(name, { searches });
      expect(answers).toHaveLength(3);
      expectScores(answers[0]?.points ?? [], expected);
      expect(answers[1]?.points.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
      expect(answers[2]?.points.map(({ id }) => id)).toEqual([4, 2, 1]);
    });

    it('refuses what makes no sense', async () => {
      const name = await fill();
      const query = (body: object) => raw('POST', `/collections/${name}/points/query`, body);
      expect(await query({ prefetch: legs, query: { rrf: { weights: [1, 2, 3] } } })).toMatchObject({
        status: 400,
        error:
          'Wrong input: Validation failed: Number of weights in RRF should match number of pre-fetches: got 3, expected 2',
      });
      expect(await query({ prefetch: legs, query: { fusion: 'rrf' }, using: 'up' })).toMatchObject({
        status: 400,
        error: "Bad request: Fusion queries cannot be combined with the 'using' field.",
      });
      expect((await query({ query: { fusion: 'rrf' } })).status).toBe(400);
      expect((await query({ prefetch: legs })).status).toBe(400);
      expect((await query({ prefetch: legs, query: { fusion: 'sum' } })).status).toBe(400);
      expect((await query({ prefetch: legs, query: { rrf: { k: 0 } } })).status).toBe(422);
    });

    it('takes 64 prefetches inside each other, and not more', async () => {
      const name = await fill();
      const deep = (levels: number): object => {
        let stage: object = { query: UP, using: 'up', limit: 3 };
        for (let level = 1; level <= levels; level += 1) {
          stage = { prefetch: stage, query: UP, using: 'up', limit: 3 };
        }
        return stage;
      };
      expect((await raw('POST', `/collections/${name}/points/query`, deep(64))).status).toBe(200);
      expect((await raw('POST', `/collections/${name}/points/query`, deep(65))).status).toBe(400);
    });
  });
}
