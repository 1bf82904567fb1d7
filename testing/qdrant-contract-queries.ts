import { describe, expect, it } from 'vitest';
import type { ContractContext } from './qdrant-contract-context.ts';

interface Hit {
  id: unknown;
  score: number;
}

function idsOf(hits: readonly Hit[]): unknown[] {
  return hits.map(({ id }) => id);
}

/** Qdrant's inverse document frequency. */
function idf(total: number, frequency: number): number {
  return Math.log((total - frequency + 0.5) / (frequency + 0.5) + 1);
}

export function describeQueries({ client, raw, newCollection }: ContractContext): void {
  const plane = async (distance: 'Cosine' | 'Dot' | 'Euclid' | 'Manhattan'): Promise<string> => {
    const name = await newCollection({ vectors: { size: 2, distance } });
    const vectors = [
      [1, 0],
      [0, 2],
      [3, 3],
      [-1, 0],
    ];
    const points = vectors.map((vector, at) => ({ id: at + 1, vector, payload: { half: at % 2, n: at } }));
    await client().upsert(name, { wait: true, points });
    return name;
  };

  describe('nearest', () => {
    it.each([
      ['Cosine' as const, [1, 3, 2, 4], 1],
      ['Dot' as const, [3, 1, 2, 4], 3],
      ['Euclid' as const, [1, 4, 2, 3], 0],
      ['Manhattan' as const, [1, 4, 2, 3], 0],
    ])('ranks by %s', async (distance, order, best) => {
      const name = await plane(distance);
      const { points } = await client().query(name, { query: [1, 0], limit: 4 });
      expect(idsOf(points)).toEqual(order);
      expect(points[0]?.score).toBeCloseTo(best, 5);
    });

    it('scores a distance as it is', async () => {
      const euclid = await client().query(await plane('Euclid'), { query: [1, 0] });
      expect(euclid.points.map(({ score }) => score)[2]).toBeCloseTo(Math.sqrt(5), 5);
      const manhattan = await client().query(await plane('Manhattan'), { query: [1, 0] });
      expect(manhattan.points.map(({ score }) => score)[3]).toBeCloseTo(5, 5);
    });

    it('has an offset, a limit, a filter and a threshold', async () => {
      const name = await plane('Dot');
      expect(idsOf((await client().query(name, { query: [1, 0], limit: 2, offset: 1 })).points)).toEqual([1, 2]);
      const filter = { must: [{ key: 'half', match: { value: 1 } }] };
      expect(idsOf((await client().query(name, { query: [1, 0], filter })).points)).toEqual([2, 4]);
      // The threshold itself is not good enough.
      expect(idsOf((await client().query(name, { query: [1, 0], score_threshold: 1 })).points)).toEqual([3]);
      const near = await client().query(await plane('Euclid'), { query: [1, 0], score_threshold: 2.1 });
      expect(idsOf(near.points)).toEqual([1, 4]);
    });

    it('shows no payload unless asked', async () => {
      const name = await plane('Dot');
      const [bare] = (await client().query(name, { query: [1, 0], limit: 1 })).points;
      expect(bare?.payload ?? null).toBeNull();
      expect(bare?.vector ?? null).toBeNull();
      expect(bare?.version).toBeTypeOf('number');
      const [full] = (await client().query(name, { query: [1, 0], limit: 1, with_payload: true, with_vector: true }))
        .points;
      expect(full).toMatchObject({ payload: { half: 0, n: 2 }, vector: [3, 3] });
    });

    it('takes the vector of a point, which it leaves out', async () => {
      const name = await plane('Dot');
      expect(idsOf((await client().query(name, { query: 3 })).points)).toEqual([2, 1, 4]);
      const other = await newCollection({ vectors: { also: { size: 2, distance: 'Dot' } } });
      await client().upsert(other, { points: [{ id: 3, vector: { also: [0, 1] } }] });
      const lookedUp = await client().query(name, {
        query: 3,
        limit: 1,
        lookup_from: { collection: other, vector: 'also' },
      });
      expect(idsOf(lookedUp.points)).toEqual([3]);
    });

    it('lists by id without a query, orders by a field, and samples', async () => {
      const name = await plane('Dot');
      expect(idsOf((await client().query(name, { limit: 3 })).points)).toEqual([1, 2, 3]);
      await client().createPayloadIndex(name, { field_name: 'n', field_schema: 'integer', wait: true });
      const ordered = await client().query(name, { query: { order_by: { key: 'n', direction: 'desc' } }, limit: 2 });
      expect(idsOf(ordered.points)).toEqual([4, 3]);
      expect((await client().query(name, { query: { sample: 'random' }, limit: 3 })).points).toHaveLength(3);
    });

    it('knows only points that have the vector', async () => {
      const name = await newCollection({
        vectors: { a: { size: 1, distance: 'Dot' }, b: { size: 1, distance: 'Dot' } },
      });
      await client().upsert(name, {
        points: [
          { id: 1, vector: { a: [1] } },
          { id: 2, vector: { b: [1] } },
        ],
      });
      expect(idsOf((await client().query(name, { query: [1], using: 'b' })).points)).toEqual([2]);
    });

    it('never finds what was deleted or replaced', async () => {
      const name = await plane('Dot');
      await client().upsert(name, { points: [{ id: 3, vector: [-9, 0] }] });
      await client().delete(name, { points: [1], wait: true });
      expect(idsOf((await client().query(name, { query: [1, 0] })).points)).toEqual([2, 4, 3]);
    });
  });

  describe('sparse vectors', () => {
    const WORDS = [
      { id: 1, indices: [1, 2], values: [1, 1], owner: 'a' },
      { id: 2, indices: [2, 3], values: [2, 1], owner: 'a' },
      { id: 3, indices: [7, 3], values: [1, 4], owner: 'b' },
    ];
    const fill = async (modifier: 'none' | 'idf'): Promise<string> => {
      const name = await newCollection({ sparse_vectors: { words: { modifier } } });
      const points = WORDS.map(({ id, indices, values, owner }) => ({
        id,
        vector: { words: { indices, values } },
        payload: { owner },
      }));
      await client().upsert(name, { points: [...points, { id: 4, vector: {}, payload: { owner: 'a' } }] });
      return name;
    };
    const search = async (name: string, indices: number[], more: object = {}): Promise<Hit[]> => {
      const query = { indices, values: indices.map(() => 1) };
      return (await client().query(name, { query, using: 'words', ...more })).points;
    };

    it('score by the dot product, and only what overlaps', async () => {
      const hits = await search(await fill('none'), [3, 2]);
      expect(idsOf(hits)).toEqual([3, 2, 1]);
      expect(hits.map(({ score }) => score)).toEqual([4, 3, 1]);
      expect(await search(await fill('none'), [99])).toEqual([]);
      expect(await search(await fill('none'), [])).toEqual([]);
    });

    it('weigh the query by inverse document frequency', async () => {
      const name = await fill('idf');
      const hits = await search(name, [1, 2]);
      expect(idsOf(hits)).toEqual([1, 2]);
      expect(hits[0]?.score).toBeCloseTo(idf(3, 1) + idf(3, 2), 5);
      expect(hits[1]?.score).toBeCloseTo(2 * idf(3, 2), 5);
      await client().delete(name, { points: [1], wait: true });
      expect((await search(name, [2]))[0]?.score).toBeCloseTo(2 * idf(2, 1), 5);
    });

    it('count frequencies over the whole collection, unless a corpus is named', async () => {
      const name = await fill('idf');
      const filter = { must: [{ key: 'owner', match: { value: 'a' } }] };
      const shared = await search(name, [3], { filter });
      expect(shared).toHaveLength(1);
      expect(shared[0]?.score).toBeCloseTo(idf(3, 2), 5);
      const own = await search(name, [3], { filter, params: { idf: { corpus: filter } } });
      expect(own[0]?.score).toBeCloseTo(idf(2, 1), 5);
    });

    it('change their modifier with the collection', async () => {
      const name = await fill('none');
      await client().updateCollection(name, { sparse_vectors: { words: { modifier: 'idf' } } });
      expect((await search(name, [7]))[0]?.score).toBeCloseTo(idf(3, 1), 5);
    });
  });

  describe('groups', () => {
    it('hold the best points of each value', async () => {
      const name = await newCollection({ vectors: { size: 1, distance: 'Dot' } });
      const files = ['x', 'x', 'y', 'x', 'y', ['y', 'z'], null];
      const points = files.map((file, at) => ({ id: at, vector: [10 - at], payload: { file } }));
      await client().upsert(name, { points });
      const { groups } = await client().queryGroups(name, { query: [1], group_by: 'file', group_size: 2, limit: 5 });
      expect(groups.map(({ id, hits }) => [id, idsOf(hits)])).toEqual([
        ['x', [0, 1]],
        ['y', [2, 4]],
        ['z', [5]],
      ]);
      const one = await client().queryGroups(name, { query: [1], group_by: 'file', limit: 1, with_payload: true });
      expect(one.groups).toHaveLength(1);
      expect(one.groups[0]?.hits).toHaveLength(3);
      expect(one.groups[0]?.hits[0]?.payload).toEqual({ file: 'x' });
    });

    it('look other points up by the value', async () => {
      const files = await newCollection({});
      await client().upsert(files, { points: [{ id: 5, vector: {}, payload: { title: 'Five' } }] });
      const name = await newCollection({ vectors: { size: 1, distance: 'Dot' } });
      await client().upsert(name, { points: [{ id: 1, vector: [1], payload: { file: 5 } }] });
      const body = { query: [1], group_by: 'file', with_lookup: files };
      const { groups } = await client().queryGroups(name, body);
      expect(groups[0]).toMatchObject({ id: 5, lookup: { id: 5, payload: { title: 'Five' } } });
      const missing = await raw('POST', `/collections/${name}/points/query/groups`, {
        ...body,
        with_lookup: 'nowhere',
      });
      expect(missing.status).toBe(404);
      expect(missing.error).toContain('Collection nowhere not found');
    });
  });
}
