import { describe, expect, it } from 'vitest';
import type { ContractContext } from './qdrant-contract-context.ts';

const UUID = '5c56c793-69f3-4fbf-87e6-c4bf54c28c26';
const PLANE = { vectors: { size: 2, distance: 'Dot' as const } };

export function describePoints({ client, raw, newCollection }: ContractContext): void {
  const idsOf = async (name: string): Promise<unknown[]> => {
    const { points } = await client().scroll(name, { limit: 100 });
    return points.map(({ id }) => id);
  };

  describe('points', () => {
    it('are put as a list and as a batch, and put again whole', async () => {
      const name = await newCollection(PLANE);
      const done = await client().upsert(name, {
        wait: true,
        points: [
          { id: 1, vector: [1, 2], payload: { colour: 'red', size: 3 } },
          { id: UUID, vector: [3, 4] },
        ],
      });
      expect(done).toMatchObject({ status: 'completed' });
      await client().upsert(name, {
        wait: true,
        batch: {
          ids: [2, 1],
          vectors: [
            [5, 6],
            [7, 8],
          ],
          payloads: [{ colour: 'blue' }, null],
        },
      });
      const points = await client().retrieve(name, { ids: [1, 2, UUID, 99], with_vector: true });
      expect(points).toHaveLength(3);
      expect(points.find(({ id }) => id === 1)).toMatchObject({ payload: {}, vector: [7, 8] });
      expect(points.find(({ id }) => id === 2)).toMatchObject({ payload: { colour: 'blue' }, vector: [5, 6] });
      expect(points.find(({ id }) => id === UUID)).toMatchObject({ vector: [3, 4] });
    });

    it('hold named dense and sparse vectors, cosine vectors at unit length', async () => {
      const name = await newCollection({
        vectors: { dense: { size: 2, distance: 'Cosine' }, other: { size: 3, distance: 'Euclid' } },
        sparse_vectors: { sparse: {} },
      });
      await client().upsert(name, {
        points: [
          { id: 1, vector: { dense: [3, 4], sparse: { indices: [9, 2], values: [0.5, 1.5] } } },
          { id: 2, vector: { other: [1, 2, 3] } },
        ],
      });
      const [first, second] = await client().retrieve(name, { ids: [1, 2], with_vector: true });
      const vectors = first?.vector as { dense: number[]; sparse: { indices: number[]; values: number[] } };
      expect(vectors.dense[0]).toBeCloseTo(0.6, 6);
      expect(vectors.dense[1]).toBeCloseTo(0.8, 6);
      expect(new Map(vectors.sparse.indices.map((index, at) => [index, vectors.sparse.values[at]]))).toEqual(
        new Map([
          [2, 1.5],
          [9, 0.5],
        ]),
      );
      expect(second?.vector).toEqual({ other: [1, 2, 3] });
      const [some] = await client().retrieve(name, { ids: [1], with_vector: ['dense'], with_payload: false });
      expect(Object.keys(some?.vector as object)).toEqual(['dense']);
      expect(some?.payload ?? null).toBeNull();
    });

    it('leaves a zero vector and one of unit length as they are', async () => {
      const name = await newCollection({ vectors: { size: 2, distance: 'Cosine' } });
      await client().upsert(name, {
        points: [
          { id: 1, vector: [0, 0] },
          { id: 2, vector: [1, 0] },
        ],
      });
      const points = await client().retrieve(name, { ids: [1, 2], with_vector: true });
      expect(points.map(({ vector }) => vector)).toEqual([
        [0, 0],
        [1, 0],
      ]);
    });

    it('acknowledges without wait and completes with it; operations are numbered', async () => {
      const name = await newCollection(PLANE);
      const body = { points: [{ id: 1, vector: [1, 1] }] };
      const first = await raw('PUT', `/collections/${name}/points`, body);
      expect(first.result).toMatchObject({ status: 'acknowledged' });
      const second = await raw('PUT', `/collections/${name}/points?wait=true`, body);
      expect(second.result).toMatchObject({ status: 'completed' });
      const number = ({ result }: typeof first) => (result as { operation_id: number }).operation_id;
      expect(number(second)).toBeGreaterThan(number(first));
    });

    it('answers one point by id in its path', async () => {
      const name = await newCollection(PLANE);
      await client().upsert(name, { points: [{ id: UUID, vector: [1, 2], payload: { a: 1 } }] });
      const compact = UUID.replaceAll('-', '').toUpperCase();
      for (const id of [UUID, compact]) {
        expect((await raw('GET', `/collections/${name}/points/${id}`)).result).toMatchObject({
          id: UUID,
          payload: { a: 1 },
          vector: [1, 2],
        });
      }
      expect(await raw('GET', `/collections/${name}/points/5`)).toMatchObject({
        status: 404,
        error: 'Not found: Point with id 5 does not exists!',
      });
      const unknown = await raw('GET', `/collections/${name}/points/x`);
      expect(unknown.status).toBe(400);
      expect(unknown.error).toContain('Can not recognize "x" as point id');
    });

    it('keeps ids of 64 bits exact', async () => {
      const name = await newCollection(PLANE);
      const id = '18446744073709551615';
      const body = `{"points": [{"id": ${id}, "vector": [1, 1], "payload": {"n": 9223372036854775807}}]}`;
      expect((await raw('PUT', `/collections/${name}/points?wait=true`, body)).status).toBe(200);
      const { text } = await raw('GET', `/collections/${name}/points/${id}`);
      expect(text).toContain(`"id":${id}`);
      expect(text).toContain('9223372036854775807');
      const deleted = await raw('POST', `/collections/${name}/points/delete?wait=true`, `{"points": [${id}]}`);
      expect(deleted.status).toBe(200);
      expect((await client().count(name)).count).toBe(0);
    });

    it('are deleted by id and by filter', async () => {
      const name = await newCollection(PLANE);
      await client().upsert(name, {
        points: [1, 2, 3, 4].map((id) => ({ id, vector: [id, 0], payload: { even: id % 2 === 0 } })),
      });
      await client().delete(name, { wait: true, points: [1, 77] });
      expect(await idsOf(name)).toEqual([2, 3, 4]);
      await client().delete(name, { wait: true, filter: { must: [{ key: 'even', match: { value: true } }] } });
      expect(await idsOf(name)).toEqual([3]);
    });

    it('inserts only, or updates only, when told so', async () => {
      const name = await newCollection(PLANE);
      await client().upsert(name, { points: [{ id: 1, vector: [1, 1], payload: { v: 1 } }] });
      const points = [
        { id: 1, vector: [2, 2], payload: { v: 2 } },
        { id: 2, vector: [2, 2], payload: { v: 2 } },
      ];
      await raw('PUT', `/collections/${name}/points?wait=true`, { points, update_mode: 'insert_only' });
      expect((await client().scroll(name, {})).points.map(({ payload }) => payload?.v)).toEqual([1, 2]);
      const later = [
        { id: 2, vector: [3, 3], payload: { v: 3 } },
        { id: 3, vector: [3, 3] },
      ];
      await raw('PUT', `/collections/${name}/points?wait=true`, { points: later, update_mode: 'update_only' });
      expect((await client().scroll(name, {})).points.map(({ id, payload }) => [id, payload?.v])).toEqual([
        [1, 1],
        [2, 3],
      ]);
    });
  });

  describe('payloads', () => {
    it('are set, overwritten, cut down and cleared', async () => {
      const name = await newCollection(PLANE);
      await client().upsert(name, { points: [{ id: 1, vector: [1, 1], payload: { a: 1, b: { c: 1, d: 2 } } }] });
      const payload = async () => (await client().retrieve(name, { ids: [1] }))[0]?.payload;
      await client().setPayload(name, { payload: { b: { e: 5 }, f: 6 }, points: [1], wait: true });
      expect(await payload()).toEqual({ a: 1, b: { e: 5 }, f: 6 });
      await client().setPayload(name, { payload: { g: 7 }, points: [1], key: 'b', wait: true });
      expect(await payload()).toEqual({ a: 1, b: { e: 5, g: 7 }, f: 6 });
      await client().deletePayload(name, { keys: ['a', 'b.g'], filter: { must: { has_id: [1] } }, wait: true });
      expect(await payload()).toEqual({ b: { e: 5 }, f: 6 });
      await client().overwritePayload(name, { payload: { only: true }, points: [1], wait: true });
      expect(await payload()).toEqual({ only: true });
      await client().clearPayload(name, { points: [1], wait: true });
      expect(await payload()).toEqual({});
    });

    it('refuses to set the payload of a missing point, when asked to wait', async () => {
      const name = await newCollection(PLANE);
      const body = { payload: { a: 1 }, points: [9] };
      expect((await raw('POST', `/collections/${name}/points/payload?wait=true`, body)).status).toBe(404);
      expect((await raw('POST', `/collections/${name}/points/payload`, body)).status).toBe(200);
    });

    it('are selected by path', async () => {
      const name = await newCollection(PLANE);
      const payload = { a: { x: 1, y: 2 }, b: [{ x: 1, y: 2 }, { x: 3 }], c: 'c' };
      await client().upsert(name, { points: [{ id: 1, vector: [1, 1], payload }] });
      const selected = async (with_payload: string[] | { include: string[] } | { exclude: string[] }) =>
        (await client().retrieve(name, { ids: [1], with_payload }))[0]?.payload;
      expect(await selected(['a.x', 'c'])).toEqual({ a: { x: 1 }, c: 'c' });
      expect(await selected({ include: ['b[].x'] })).toEqual({ b: [{ x: 1 }, { x: 3 }] });
      expect(await selected({ exclude: ['a', 'b'] })).toEqual({ c: 'c' });
    });

    it('may have keys that JavaScript treats specially', async () => {
      const name = await newCollection(PLANE);
      const body = '{"points": [{"id": 1, "vector": [1, 1], "payload": {"__proto__": {"x": 1}, "constructor": "y"}}]}';
      await raw('PUT', `/collections/${name}/points?wait=true`, body);
      const { text } = await raw('GET', `/collections/${name}/points/1`);
      expect(text).toContain('"__proto__":{"x":1}');
      const found = await client().count(name, { filter: { must: { key: 'constructor', match: { value: 'y' } } } });
      expect(found.count).toBe(1);
      expect((await client().count(name, { filter: { must: { key: 'toString', match: { except: [] } } } })).count).toBe(
        0,
      );
    });
  });

  describe('scroll', () => {
    it('pages by id, numbers before UUIDs', async () => {
      const name = await newCollection(PLANE);
      await client().upsert(name, { points: [UUID, 30, 4, 1000].map((id) => ({ id, vector: [1, 1] })) });
      const first = await client().scroll(name, { limit: 2 });
      expect(first.points.map(({ id }) => id)).toEqual([4, 30]);
      expect(first.next_page_offset).toBe(1000);
      const second = await client().scroll(name, { limit: 2, offset: 1000 });
      expect(second.points.map(({ id }) => id)).toEqual([1000, UUID]);
      expect(second.next_page_offset ?? null).toBeNull();
    });

    it('has a limit of 10 and shows payloads, by default', async () => {
      const name = await newCollection(PLANE);
      await client().upsert(name, {
        points: Array.from({ length: 12 }, (_, id) => ({ id, vector: [1, 1], payload: { id } })),
      });
      const { result } = await raw('POST', `/collections/${name}/points/scroll`, {});
      const { points } = result as { points: { payload: object; vector?: unknown }[] };
      expect(points).toHaveLength(10);
      expect(points[3]?.payload).toEqual({ id: 3 });
      expect(points[3]?.vector ?? null).toBeNull();
    });

    it('orders by an indexed field, and only by one', async () => {
      const name = await newCollection(PLANE);
      const order = { order_by: { key: 'price', direction: 'desc' as const } };
      expect((await raw('POST', `/collections/${name}/points/scroll`, order)).status).toBe(400);
      await client().createPayloadIndex(name, { field_name: 'price', field_schema: 'float', wait: true });
      await client().upsert(name, {
        points: [5, 1, 3].map((price, at) => ({ id: at, vector: [1, 1], payload: { price } })),
      });
      await client().upsert(name, { points: [{ id: 9, vector: [1, 1] }] });
      expect((await client().scroll(name, order)).points.map(({ id }) => id)).toEqual([0, 2, 1]);
      const from = await client().scroll(name, { order_by: { key: 'price', start_from: 3 } });
      expect(from.points.map(({ id }) => id)).toEqual([2, 0]);
      expect((await raw('POST', `/collections/${name}/points/scroll`, { ...order, offset: 1 })).status).toBe(400);
    });
  });

  describe('updates in one request', () => {
    it('are done in order', async () => {
      const name = await newCollection(PLANE);
      const done = await client().batchUpdate(name, {
        wait: true,
        operations: [
          {
            upsert: {
              points: [
                { id: 1, vector: [1, 1] },
                { id: 2, vector: [2, 2] },
              ],
            },
          },
          { set_payload: { payload: { seen: true }, points: [2] } },
          { delete: { points: [1] } },
          { update_vectors: { points: [{ id: 2, vector: [8, 9] }] } },
        ],
      });
      expect(done?.map((one) => one.status)).toEqual(['completed', 'completed', 'completed', 'completed']);
      expect(await client().retrieve(name, { ids: [1, 2], with_vector: true })).toEqual([
        expect.objectContaining({ id: 2, vector: [8, 9], payload: { seen: true } }),
      ]);
    });

    it('take single vectors away', async () => {
      const name = await newCollection({
        vectors: { a: { size: 1, distance: 'Dot' }, b: { size: 1, distance: 'Dot' } },
      });
      await client().upsert(name, { points: [{ id: 1, vector: { a: [1], b: [2] } }] });
      await client().deleteVectors(name, { points: [1], vector: ['a'], wait: true });
      expect((await client().retrieve(name, { ids: [1], with_vector: true }))[0]?.vector).toEqual({ b: [2] });
      const having = await client().count(name, { filter: { must: { has_vector: 'a' } } });
      expect(having.count).toBe(0);
    });
  });
}
