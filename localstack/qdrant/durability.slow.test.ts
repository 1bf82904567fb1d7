import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { QdrantClient } from '@qdrant/js-client-rest';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChildMessage } from '#shared/runtime/run-as-child.ts';
import { startQdrant } from './server.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const KILLS = 6;
const SIZE = 16;

let dataDir: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'qdrant-durability-'));
});

afterEach(async () => {
  for (const child of children.splice(0)) await kill(child);
  await rm(dataDir, { recursive: true });
});

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

/** Starts the server as the local cloud does, and waits until it says that it is ready or why it is not. */
async function startChild(): Promise<{ child: ChildProcess; message: ChildMessage; client: QdrantClient }> {
  const child = fork(MAIN, {
    env: { ...process.env, QDRANT_DATA_DIR: dataDir, QDRANT_PORT: '0' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  children.push(child);
  const [message] = (await once(child, 'message')) as [ChildMessage];
  const port = message.type === 'ready' ? message.details.port : 1;
  const client = new QdrantClient({ url: `http://127.0.0.1:${port}`, checkCompatibility: false });
  return { child, message, client };
}

function vectorOf(id: number): number[] {
  return Array.from({ length: SIZE }, (_, at) => Math.fround(Math.sin(id * 31 + at)));
}

function pointOf(id: number) {
  return {
    id,
    vector: { dense: vectorOf(id), sparse: { indices: [id % 97, 100 + (id % 11)], values: [1, 0.5] } },
    payload: { n: id, text: `point ${id} äöü \u{1f600}` },
  };
}

/** Every id that is there; fails when a point is not exactly what was put. */
async function checkedIds(client: QdrantClient, collection: string): Promise<Set<number>> {
  const { points } = await client.scroll(collection, { limit: 100_000, with_vector: true });
  for (const { id, payload, vector } of points) expect({ id, payload, vector }).toEqual(pointOf(Number(id)));
  expect((await client.count(collection)).count).toBe(points.length);
  return new Set(points.map(({ id }) => Number(id)));
}

/** Writes one point after another from several callers until the server is gone; tells what was acknowledged. */
async function writeUntilGone(
  client: QdrantClient,
  firstId: number,
  onAcknowledged: (id: number) => void,
): Promise<number> {
  let next = firstId;
  const write = async (wait: boolean): Promise<void> => {
    for (;;) {
      const id = next;
      next += 1;
      try {
        await client.upsert('points', { wait, points: [pointOf(id)] });
      } catch (error) {
        // The kill is what ends the writing; any answer would be a defect.
        if (error instanceof TypeError) return;
        throw error;
      }
      onAcknowledged(id);
    }
  };
  await Promise.all([true, false, true, false, true, true].map(write));
  return next;
}

const SPACE = {
  vectors: { dense: { size: SIZE, distance: 'Dot' as const } },
  sparse_vectors: { sparse: { modifier: 'idf' as const } },
};

describe('a kill -9 of the Qdrant-compatible server', () => {
  it(`loses no acknowledged write, ${KILLS} times in a row`, { timeout: 120_000 }, async () => {
    const acknowledged = new Set<number>();
    const deleted = new Set<number>();
    let next = 1;
    for (let round = 0; round < KILLS; round += 1) {
      const { child, client } = await startChild();
      if (round === 0) {
        await client.createCollection('points', SPACE);
        await client.createPayloadIndex('points', { field_name: 'n', field_schema: 'integer', wait: true });
      } else {
        const there = await checkedIds(client, 'points');
        const lost = [...acknowledged].filter((id) => !there.has(id) && !deleted.has(id));
        expect(lost).toEqual([]);
        expect([...deleted].filter((id) => there.has(id))).toEqual([]);
        // What was under way at the kill may have arrived, and nothing else.
        const unknown = [...there].filter((id) => !acknowledged.has(id));
        expect(unknown.length).toBeLessThanOrEqual(6);
        for (const id of unknown) acknowledged.add(id);
        const [victim] = there;
        if (victim !== undefined) {
          await client.delete('points', { points: [victim], wait: false });
          deleted.add(victim);
        }
      }
      const enough = 20 + Math.floor(Math.random() * 200);
      let written = 0;
      next = await writeUntilGone(client, next, (id) => {
        acknowledged.add(id);
        written += 1;
        if (written === enough) child.kill('SIGKILL');
      });
    }
    const { client } = await startChild();
    const there = await checkedIds(client, 'points');
    expect([...acknowledged].filter((id) => !there.has(id) && !deleted.has(id))).toEqual([]);
    expect(acknowledged.size).toBeGreaterThan(KILLS * 20);
    const filter = { must: [{ key: 'n', match: { value: next } }] };
    expect((await client.count('points', { filter })).count).toBe(there.has(next) ? 1 : 0);
  });

  it('keeps collections, aliases, indexes and their order', async () => {
    const first = await startChild();
    for (const name of ['a', 'b', 'gone']) await first.client.createCollection(name, SPACE);
    await first.client.updateCollectionAliases({
      actions: [{ create_alias: { alias_name: 'of-a', collection_name: 'a' } }],
    });
    await first.client.createPayloadIndex('a', { field_name: 'n', field_schema: 'integer', wait: true });
    await first.client.updateCollection('b', { metadata: { model: 'm' } });
    await first.client.upsert('a', { points: [pointOf(1), pointOf(2)] });
    await first.client.setPayload('a', {
      payload: { n: 7 },
      filter: { must: [{ key: 'n', match: { value: 1 } }] },
      wait: true,
    });
    const image = { dense: { size: 2, distance: 'Dot' as const } };
    await first.client.createVectorName('b', 'image', image, { wait: true });
    await first.client.upsert('b', { points: [{ id: 5, vector: { image: [3, 4] } }] });
    await first.client.deleteCollection('gone');
    await kill(first.child);

    const { client } = await startChild();
    expect((await client.getCollections()).collections.map(({ name }) => name)).toEqual(['a', 'b']);
    expect((await client.count('of-a')).count).toBe(2);
    const info = await client.getCollection('a');
    expect(info.payload_schema.n).toMatchObject({ data_type: 'integer', points: 2 });
    expect((await client.getCollection('b')).config.metadata).toEqual({ model: 'm' });
    const [seven] = (await client.scroll('a', { filter: { must: [{ key: 'n', match: { value: 7 } }] } })).points;
    expect(seven?.id).toBe(1);
    expect((await client.retrieve('b', { ids: [5], with_vector: true }))[0]?.vector).toEqual({ image: [3, 4] });
    expect(await readdir(join(dataDir, 'collections'))).toHaveLength(2);
  });

  it('lets the next server have the folder at once', async () => {
    const first = await startChild();
    const second = await startChild();
    expect(second.message).toMatchObject({ type: 'fatal', message: expect.stringContaining('in use by another') });
    await expect(startQdrant({ dataDir, port: 0 })).rejects.toThrow('in use by another');
    await kill(first.child);
    const third = await startQdrant({ dataDir, port: 0 });
    await expect(startQdrant({ dataDir, port: 0 })).rejects.toThrow('in use by another');
    await third.stop();
  });
});

describe('the log of a collection', () => {
  const onlyLog = async (): Promise<string> => {
    const [name = ''] = await readdir(join(dataDir, 'collections'));
    return join(dataDir, 'collections', name);
  };
  const open = async () => {
    const server = await startQdrant({ dataDir, port: 0 });
    return { server, client: new QdrantClient({ url: server.url, checkCompatibility: false }) };
  };

  it('is cut where its last record is torn or damaged, and goes on from there', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const tails = [
      Buffer.from([7]),
      Buffer.from([200, 0, 0, 0, 1, 2, 3, 4, 5]),
      Buffer.alloc(64, 0xff),
      Buffer.alloc(9),
    ];
    let expected = 1;
    const first = await open();
    await first.client.createCollection('points', SPACE);
    await first.client.upsert('points', { points: [pointOf(1)] });
    await first.server.stop();
    for (const tail of tails) {
      const before = (await stat(await onlyLog())).size;
      await appendFile(await onlyLog(), tail);
      const { server, client } = await open();
      expect((await client.count('points')).count).toBe(expected);
      expect((await stat(await onlyLog())).size).toBe(before);
      expected += 1;
      await client.upsert('points', { points: [pointOf(expected)] });
      await server.stop();
    }
    expect(warn).toHaveBeenCalledTimes(tails.length);
    warn.mockRestore();
  });

  it('shrinks when points were written over and over, and loses nothing by it', { timeout: 60_000 }, async () => {
    const { server, client } = await open();
    await client.createCollection('points', { vectors: { size: 1024, distance: 'Dot' } });
    await client.createPayloadIndex('points', { field_name: 'n', field_schema: 'integer', wait: true });
    const round = (n: number) =>
      Array.from({ length: 200 }, (_, id) => ({ id, vector: Array.from({ length: 1024 }, () => n), payload: { n } }));
    for (let n = 1; n <= 25; n += 1) await client.upsert('points', { wait: true, points: round(n) });
    await server.stop();
    // 25 rounds are 20 MB, and 16 MB of what is of no use are enough to begin anew.
    expect((await stat(await onlyLog())).size).toBeLessThan(8 << 20);

    const again = await open();
    expect((await again.client.count('points')).count).toBe(200);
    const newest = { must: [{ key: 'n', match: { value: 25 } }] };
    expect((await again.client.count('points', { filter: newest })).count).toBe(200);
    const [point] = await again.client.retrieve('points', { ids: [0] });
    const done = await again.client.upsert('points', { wait: true, points: round(26).slice(0, 1) });
    expect(point?.payload).toEqual({ n: 25 });
    expect(done.operation_id).toBe(27);
    await again.server.stop();
  });

  it('takes many writes at once, in the order in which they came', async () => {
    const { server, client } = await open();
    await client.createCollection('points', { vectors: { size: 1, distance: 'Dot' } });
    const writes = Array.from({ length: 200 }, (_, n) =>
      client.upsert('points', { wait: true, points: [{ id: 1, vector: [n], payload: { n } }] }),
    );
    const done = await Promise.all(writes);
    const last = done.findIndex(
      ({ operation_id }) => operation_id === Math.max(...done.map((one) => one.operation_id ?? 0)),
    );
    const [before] = await client.retrieve('points', { ids: [1] });
    expect(before?.payload).toEqual({ n: last });
    await server.stop();
    const again = await open();
    expect((await again.client.retrieve('points', { ids: [1] }))[0]?.payload).toEqual({ n: last });
    await again.server.stop();
  });
});
