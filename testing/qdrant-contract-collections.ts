import { describe, expect, it } from 'vitest';
import type { ContractContext } from './qdrant-contract-context.ts';

const HYBRID = {
  vectors: { dense: { size: 4, distance: 'Cosine' as const } },
  sparse_vectors: { sparse: { modifier: 'idf' as const } },
};

export function describeCollections({ client, raw, newName, newCollection }: ContractContext): void {
  describe('the service', () => {
    it('tells its version and that it is ready', async () => {
      const version = await client().versionInfo();
      expect(version.version).toMatch(/^1\.\d+\.\d+/);
      expect(version.commit ?? '').toMatch(/^[0-9a-f]{40}$/);
      for (const path of ['/healthz', '/readyz', '/livez']) expect((await raw('GET', path)).status).toBe(200);
    });
  });

  describe('collections', () => {
    it('makes one, describes it, lists it and drops it', async () => {
      const name = newName();
      expect(await client().collectionExists(name)).toEqual({ exists: false });
      expect(await client().createCollection(name, HYBRID)).toBe(true);
      expect(await client().collectionExists(name)).toEqual({ exists: true });
      const info = await client().getCollection(name);
      expect(info).toMatchObject({
        status: 'green',
        points_count: 0,
        config: {
          params: {
            vectors: { dense: { size: 4, distance: 'Cosine' } },
            sparse_vectors: { sparse: { modifier: 'idf' } },
          },
        },
        payload_schema: {},
      });
      expect((await client().getCollections()).collections).toContainEqual({ name });
      expect(await client().deleteCollection(name)).toBe(true);
      expect(await client().collectionExists(name)).toEqual({ exists: false });
    });

    it('shows a single unnamed vector as it was given', async () => {
      const name = await newCollection({ vectors: { size: 3, distance: 'Dot' } });
      expect((await client().getCollection(name)).config.params.vectors).toMatchObject({ size: 3, distance: 'Dot' });
    });

    it('refuses a name that is taken', async () => {
      const name = await newCollection(HYBRID);
      const answer = await raw('PUT', `/collections/${name}`, HYBRID);
      expect(answer).toMatchObject({
        status: 409,
        error: `Wrong input: Collection \`${name}\` already exists!`,
        result: undefined,
      });
    });

    it('answers a missing collection with 404, and its deletion with false', async () => {
      const name = newName();
      expect(await raw('GET', `/collections/${name}`)).toMatchObject({
        status: 404,
        error: `Not found: Collection \`${name}\` doesn't exist!`,
      });
      expect(await raw('DELETE', `/collections/${name}`)).toMatchObject({ status: 200, result: false });
    });

    it('changes settings and metadata of a collection', async () => {
      const name = await newCollection({ ...HYBRID, metadata: { model: 'a', gone: 1 } });
      expect(
        await client().updateCollection(name, { hnsw_config: { m: 32 }, metadata: { model: 'b', gone: null } }),
      ).toBe(true);
      const { config } = await client().getCollection(name);
      expect(config.hnsw_config.m).toBe(32);
      expect(config.metadata).toEqual({ model: 'b' });
    });

    it('makes room for another vector in a collection that holds points', async () => {
      const name = await newCollection(HYBRID);
      await client().upsert(name, { wait: true, points: [{ id: 1, vector: { dense: [1, 0, 0, 0] } }] });
      const params = { dense: { size: 2, distance: 'Cosine' as const } };
      const made = await client().createVectorName(name, 'image', params, { wait: true });
      expect(made.status).toBe('completed');
      expect((await client().getCollection(name)).config.params.vectors).toMatchObject({
        dense: { size: 4 },
        image: { size: 2, distance: 'Cosine' },
      });
      await client().upsert(name, { wait: true, points: [{ id: 2, vector: { image: [0, 1] } }] });
      const near = async (using: string, query: number[]) =>
        (await client().query(name, { query, using })).points.map(({ id }) => id);
      expect(await near('image', [0, 1])).toEqual([2]);
      expect(await near('dense', [1, 0, 0, 0])).toEqual([1]);
      const wrong = await raw('PUT', `/collections/${name}/points?wait=true`, {
        points: [{ id: 3, vector: { image: [0, 1, 2] } }],
      });
      expect(wrong).toMatchObject({ status: 400, error: expect.stringContaining('expected dim: 2, got 3') });
      expect((await raw('PUT', `/collections/${newName()}/vectors/image`, params)).status).toBe(404);
    });

    it('keeps payload indexes', async () => {
      const name = await newCollection(HYBRID);
      const made = await client().createPayloadIndex(name, {
        field_name: 'user_id',
        field_schema: { type: 'keyword', is_tenant: true },
        wait: true,
      });
      expect(made?.status).toBe('completed');
      await client().createPayloadIndex(name, { field_name: 'generation', field_schema: 'integer', wait: true });
      await client().upsert(name, { points: [{ id: 1, vector: {}, payload: { user_id: 'a', generation: 'none' } }] });
      expect((await client().getCollection(name)).payload_schema).toMatchObject({
        user_id: { data_type: 'keyword', points: 1, params: { type: 'keyword', is_tenant: true } },
        generation: { data_type: 'integer', points: 0 },
      });
      await client().deletePayloadIndex(name, 'generation', { wait: true });
      expect(Object.keys((await client().getCollection(name)).payload_schema)).toEqual(['user_id']);
    });
  });

  describe('aliases', () => {
    it('names a collection by another name, which can move', async () => {
      const [first, second] = [await newCollection(HYBRID), await newCollection(HYBRID)];
      const alias = newName();
      await client().upsert(second, { points: [{ id: 7, vector: {} }] });
      await client().updateCollectionAliases({
        actions: [{ create_alias: { alias_name: alias, collection_name: first } }],
      });
      expect((await client().count(alias)).count).toBe(0);
      expect((await client().getCollectionAliases(first)).aliases).toEqual([
        { alias_name: alias, collection_name: first },
      ]);
      expect(
        await client().updateCollectionAliases({
          actions: [
            { delete_alias: { alias_name: alias } },
            { create_alias: { alias_name: alias, collection_name: second } },
          ],
        }),
      ).toBe(true);
      expect((await client().count(alias)).count).toBe(1);
      expect((await client().getAliases()).aliases).toContainEqual({ alias_name: alias, collection_name: second });
      expect((await client().getCollectionAliases(first)).aliases).toEqual([]);
    });

    it('overwrites an alias silently and deletes a missing one', async () => {
      const [first, second] = [await newCollection(HYBRID), await newCollection(HYBRID)];
      const alias = newName();
      for (const collection_name of [first, second]) {
        await client().updateCollectionAliases({ actions: [{ create_alias: { alias_name: alias, collection_name } }] });
      }
      expect((await client().getCollectionAliases(second)).aliases).toHaveLength(1);
      for (let times = 0; times < 2; times += 1) {
        expect(await client().updateCollectionAliases({ actions: [{ delete_alias: { alias_name: alias } }] })).toBe(
          true,
        );
      }
    });

    it('renames, and refuses what cannot be', async () => {
      const [first, second] = [await newCollection(HYBRID), await newCollection(HYBRID)];
      const [alias, renamed] = [newName(), newName()];
      const act = (action: object) => raw('POST', '/collections/aliases', { actions: [action] });
      await act({ create_alias: { alias_name: alias, collection_name: first } });
      expect(await act({ rename_alias: { old_alias_name: alias, new_alias_name: renamed } })).toMatchObject({
        status: 200,
      });
      expect((await client().getCollectionAliases(first)).aliases[0]?.alias_name).toBe(renamed);
      expect((await act({ rename_alias: { old_alias_name: alias, new_alias_name: newName() } })).status).toBe(404);
      expect((await act({ create_alias: { alias_name: second, collection_name: first } })).status).toBe(409);
      const missing = newName();
      expect(await act({ create_alias: { alias_name: newName(), collection_name: missing } })).toMatchObject({
        status: 404,
        error: `Not found: Collection \`${missing}\` doesn't exist!`,
      });
      expect((await raw('PUT', `/collections/${renamed}`, HYBRID)).status).toBe(400);
    });

    it('carries out the actions before a refused one', async () => {
      const name = await newCollection(HYBRID);
      const alias = newName();
      const answer = await raw('POST', '/collections/aliases', {
        actions: [
          { create_alias: { alias_name: alias, collection_name: name } },
          { create_alias: { alias_name: newName(), collection_name: newName() } },
        ],
      });
      expect(answer.status).toBe(404);
      expect((await client().getCollectionAliases(name)).aliases).toHaveLength(1);
    });

    it('goes with its collection', async () => {
      const name = await newCollection(HYBRID);
      const alias = newName();
      await client().updateCollectionAliases({
        actions: [{ create_alias: { alias_name: alias, collection_name: name } }],
      });
      await client().deleteCollection(name);
      expect((await raw('POST', `/collections/${alias}/points/count`, {})).status).toBe(404);
    });
  });
}
