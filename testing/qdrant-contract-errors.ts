import { describe, expect, it } from 'vitest';
import type { ContractContext } from './qdrant-contract-context.ts';

export function describeErrors({ client, target, raw, newName, newCollection }: ContractContext): void {
  const space = (): Promise<string> =>
    newCollection({
      vectors: { dense: { size: 4, distance: 'Cosine' } },
      sparse_vectors: { sparse: { modifier: 'idf' } },
    });

  describe('refusals', () => {
    it('name the wrong and the right size of a vector', async () => {
      const name = await space();
      const put = await raw('PUT', `/collections/${name}/points?wait=true`, {
        points: [{ id: 1, vector: { dense: [1, 2, 3] } }],
      });
      expect(put.status).toBe(400);
      expect(put.error).toContain('Wrong input: Vector dimension error: expected dim: 4, got 3');
      const query = await raw('POST', `/collections/${name}/points/query`, { query: [1, 2, 3], using: 'dense' });
      expect(query).toMatchObject({
        status: 400,
        error: 'Wrong input: Vector dimension error: expected dim: 4, got 3',
      });
    });

    it('name a vector that the collection does not have; without wait nobody is told', async () => {
      const name = await space();
      const body = { points: [{ id: 1, vector: { nope: [1, 2, 3, 4] } }] };
      expect(await raw('PUT', `/collections/${name}/points?wait=true`, body)).toMatchObject({
        status: 400,
        error: 'Wrong input: Not existing vector name error: nope',
      });
      expect(await raw('PUT', `/collections/${name}/points`, body)).toMatchObject({
        status: 200,
        result: { status: 'acknowledged' },
      });
      expect(
        await raw('POST', `/collections/${name}/points/query`, { query: [1, 2, 3, 4], using: 'nope' }),
      ).toMatchObject({
        status: 400,
        error: 'Wrong input: Not existing vector name error: nope',
      });
      expect((await client().count(name)).count).toBe(0);
    });

    it('keep dense and sparse apart', async () => {
      const name = await space();
      const sparse = { indices: [1], values: [1] };
      const text = 'Wrong input: Conversion between sparse and regular vectors failed';
      expect(await raw('POST', `/collections/${name}/points/query`, { query: sparse, using: 'dense' })).toMatchObject({
        status: 400,
        error: text,
      });
      expect((await raw('POST', `/collections/${name}/points/query`, { query: [1, 2], using: 'sparse' })).status).toBe(
        400,
      );
    });

    it('name sparse indices that are doubled or too many', async () => {
      const name = await space();
      const put = (sparse: object) =>
        raw('PUT', `/collections/${name}/points?wait=true`, { points: [{ id: 1, vector: { sparse } }] });
      const doubled = await put({ indices: [1, 1], values: [1, 2] });
      expect(doubled.status).toBe(422);
      expect(doubled.error).toContain('must be unique');
      expect(doubled.error).toMatch(/^Validation error in JSON body: \[/);
      expect((await put({ indices: [1, 2], values: [1] })).status).toBe(422);
    });

    it('answer a missing collection with 404 on every path', async () => {
      const name = newName();
      const paths = [
        '/points',
        '/points/scroll',
        '/points/count',
        '/points/query',
        '/points/query/batch',
        '/points/delete',
      ];
      const bodies: Record<string, object> = {
        '/points': { ids: [1] },
        '/points/query/batch': { searches: [{}] },
        '/points/delete': { points: [1] },
      };
      for (const path of paths) {
        expect(await raw('POST', `/collections/${name}${path}`, bodies[path] ?? {}), path).toMatchObject({
          status: 404,
          error: `Not found: Collection \`${name}\` doesn't exist!`,
        });
      }
    });

    it('answer the id of a missing point in a query with 404', async () => {
      const name = await space();
      expect(await raw('POST', `/collections/${name}/points/query`, { query: 404, using: 'dense' })).toMatchObject({
        status: 404,
        error: 'Not found: No point with id 404 found',
      });
    });

    it('hold what is not JSON, or of a wrong type, to be a format error', async () => {
      const name = await space();
      const scroll = (body: unknown) => raw('POST', `/collections/${name}/points/scroll`, body);
      const put = (body: unknown) => raw('PUT', `/collections/${name}/points?wait=true`, body);
      const answers = [
        await scroll('{"limit": '),
        await scroll('{"limit": NaN}'),
        await scroll(''),
        await scroll({ limit: 'ten' }),
        await scroll({ limit: -1 }),
        await scroll([]),
        await scroll({ filter: { must: [{ key: 'a', match: { value: 1 } }], unknown: 1 } }),
        await scroll({ filter: { must: [{ nonsense: true }] } }),
        await scroll({ filter: { must: [{ key: 'a', match: { value: { x: 1 } } }] } }),
        await scroll({ filter: { must: [{ key: 'a', match: { any: [1, 'x'] } }] } }),
        await scroll({ filter: { must: [{ key: 'a', range: { gt: true } }] } }),
        await put({}),
        await put({ points: [{ id: 'not-a-uuid', vector: {} }] }),
        await put({ points: [{ id: -1, vector: {} }] }),
        await put({ points: [{ id: 1.5, vector: {} }] }),
        await put({ points: [{ id: 1 }] }),
        await put({ points: [{ id: 1, vector: { dense: ['a', 'b', 'c', 'd'] } }] }),
        await put('{"points": [{"id": 1, "vector": {"dense": [1, NaN, 1, 1]}}]}'),
        await put({ points: [{ id: 1, vector: { dense: [1, null, 1, 1] } }] }),
        await raw('POST', `/collections/${name}/points/delete?wait=true`, {}),
      ];
      for (const [at, { status, error }] of answers.entries()) {
        expect(status, `answer ${at}: ${error}`).toBe(400);
        expect(error, `answer ${at}`).toMatch(/^Format error in JSON body: /);
      }
      expect((await client().count(name)).count).toBe(0);
    });

    it('want a body to be called JSON', async () => {
      const name = await space();
      const plain = await raw('POST', `/collections/${name}/points/count`, '{}', { 'content-type': 'text/plain' });
      expect(plain.status).toBe(400);
    });

    it('hold values out of range to be a validation error', async () => {
      const name = await space();
      const answers = [
        await raw('POST', `/collections/${name}/points/scroll`, { limit: 0 }),
        await raw('POST', `/collections/${name}/points/query`, { limit: 0 }),
        await raw('PUT', `/collections/${newName()}`, { vectors: { size: 0, distance: 'Dot' } }),
        await raw('PUT', `/collections/${newName()}`, {
          vectors: { size: 4, distance: 'Dot' },
          hnsw_config: { ef_construct: 0 },
        }),
        await raw('PUT', `/collections/${name}/points?wait=true`, {
          batch: { ids: [1, 2], vectors: { dense: [[1, 1, 1, 1]] } },
        }),
      ];
      for (const [at, { status, error }] of answers.entries()) {
        expect(status, `answer ${at}: ${error}`).toBe(422);
        expect(error).toMatch(/^Validation error in JSON body: \[/);
      }
      const timeout = await raw('PUT', `/collections/${newName()}?timeout=0`, {
        vectors: { size: 4, distance: 'Dot' },
      });
      expect(timeout.status).toBe(422);
    });

    it('limit the size of a body', async () => {
      const name = await space();
      const body = `{"points": [{"id": 1, "vector": {}, "payload": {"x": "${'x'.repeat(33 * 1024 * 1024)}"}}]}`;
      const answer = await raw('PUT', `/collections/${name}/points?wait=true`, body);
      expect(answer.status).toBe(400);
      expect(answer.error).toMatch(/^Payload error: JSON payload .*limit/);
    });

    it('leave the server well', async () => {
      const name = await space();
      const deep = `{"filter": ${'{"must": '.repeat(20_000)}{}${'}'.repeat(20_000)}}`;
      for (const body of [deep, `[${'['.repeat(200_000)}`, '\u0000', '{"limit": 1e999}', '"'.repeat(1000)]) {
        expect((await raw('POST', `/collections/${name}/points/scroll`, body)).status).toBe(400);
      }
      expect((await client().count(name)).count).toBe(0);
    });

    it('want the key, when there is one', async () => {
      const { apiKey, url } = target();
      if (apiKey === undefined) return;
      const ask = (headers: Record<string, string>, path = '/collections') => fetch(`${url}${path}`, { headers });
      const without = await ask({});
      expect(without.status).toBe(401);
      expect(await without.text()).toBe('Must provide an API key or an Authorization bearer token');
      const wrong = await ask({ 'api-key': `${apiKey}x` });
      expect(wrong.status).toBe(401);
      expect(await wrong.text()).toBe('Invalid API key or JWT');
      expect((await ask({ authorization: `Bearer ${apiKey}` })).status).toBe(200);
      for (const path of ['/', '/healthz', '/readyz', '/livez']) expect((await ask({}, path)).status).toBe(200);
    });
  });
}
