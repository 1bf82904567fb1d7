import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { QdrantClient } from '@qdrant/js-client-rest';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { aliasOf, collectionOf } from '#shared/adapters/qdrant/qdrant-names.ts';
import { searchBody } from '#shared/api/search.ts';
import { asUser } from '#shared/db/as-user.ts';
import { holdGeneration, releaseGeneration } from '#shared/db/backfill-repository.ts';
import { countSearchable } from '#shared/db/cross-tenant-reembed.ts';
import type { Trx } from '#shared/db/database.ts';
import { listTextIndexes } from '#shared/db/embedding-indexes-repository.ts';
import { deleteFile } from '#shared/files/delete-file.ts';
import { HASHING_MODEL_ID } from '#shared/models/models.ts';
import { embedFile } from '#shared/pipeline/process-pages.ts';
import { publishPending } from '#shared/pipeline/publish/publish-pending.ts';
import type { Config } from '#shared/runtime/config.ts';
import { search } from '#shared/search/search.ts';
import { type ChunkedFile, insertChunkedFile } from '#testing/chunked-file.ts';
import { writeTinyEmbeddingModel } from '#testing/models/tiny-embedding-model.ts';
import { until } from '#testing/person.ts';
import { insertTestUser } from '#testing/stored-file.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { withLimits } from '#testing/with-limits.ts';
import { changeModel } from './change-model.ts';
import { dropRetired } from './drop-retired.ts';
import { runAlone } from './run-alone.ts';
import { sweepIndexes } from './sweep-indexes.ts';

const NEW_MODEL = 'tiny/words';
/** Reads a few words only. */
const SHORT_MODEL = 'tiny/short';
const PASSAGES = ['the pump runs in winter', 'the valve leaks in spring', 'the heater hums at night'];
const LATE = ['a late turbine arrives'];
const READERS = 3;

let modelDir: string;
beforeAll(async () => {
  modelDir = await mkdtemp(join(tmpdir(), 'omnirag-models-'));
  const words = ['pump', 'valve', 'heater', 'turbine', 'winter', 'spring', 'night'];
  await writeTinyEmbeddingModel({ modelDir, modelId: NEW_MODEL, words });
  await writeTinyEmbeddingModel({ modelDir, modelId: SHORT_MODEL, words, maxTokens: 10 });
});
afterAll(() => rm(modelDir, { recursive: true, force: true }));

const settings = (): Partial<Record<keyof Config, string>> => ({
  // The model runs in this process.
  EMBEDDING_URL: '',
  MODEL_DIR: modelDir,
  QDRANT_TIMEOUT_MS: '500',
  OUTBOX_LEASE_SECONDS: '2',
});

function backfillDeps({ db, vectorIndex, embedders, limits }: TestContainer, model: string) {
  return { db, vectorIndex, embedder: embedders.of(model), limits };
}

async function publish(container: TestContainer, file: ChunkedFile): Promise<ChunkedFile> {
  await embedFile(container, file);
  await publishPending(container, 20_000, [file]);
  return file;
}

const ask = (container: TestContainer, userId: string, query: string, more: object = {}) =>
  search(container, userId, searchBody.parse({ query, explain: true, ...more }));

/** The ids of a person's points in the index of a model; in the one behind the alias without a model. */
async function pointsOf({ config }: TestContainer, userId: string, model?: string): Promise<string[]> {
  const { QDRANT_URL: url, QDRANT_API_KEY: key = '', QDRANT_COLLECTION: name, QDRANT_TENANCY: tenancy } = config;
  const client = new QdrantClient({ url, headers: { 'api-key': key }, checkCompatibility: false });
  const alias = aliasOf(name, tenancy, userId);
  const filter = { must: [{ key: 'user_id', match: { value: userId } }] };
  const { points } = await client.scroll(model ? collectionOf(alias, model) : alias, { filter, limit: 1_000 });
  return points.map(({ id }) => String(id)).toSorted();
}

/** The ids of all passages and pictures of the person that can be found. */
async function liveIds({ everyone }: TestContainer, userId: string): Promise<string[]> {
  const rows = await everyone
    .selectFrom('chunks')
    .innerJoin('files', 'files.id', 'chunks.file_id')
    .select('chunks.id')
    .where('files.user_id', '=', userId)
    .where('files.deleted_at', 'is', null)
    .whereRef('chunks.generation', '=', 'files.live_generation')
    .execute();
  return rows.map(({ id }) => id).toSorted();
}

const statesOf = async (container: TestContainer) =>
  Object.fromEntries((await listTextIndexes(container.db)).map(({ model, state }) => [model, state]));

/** Asks again and again; every answer has results and every leg. @returns how many there were */
async function keepSearching(container: TestContainer, userId: string, isOver: () => boolean): Promise<number> {
  let searches = 0;
  for (; !isOver(); searches += 1) {
    const { results, degraded } = await ask(container, userId, 'pump in winter');
    expect(degraded).toEqual([]);
    expect(results[0]?.text).toContain('pump');
    expect(Object.keys(results[0]?.legs ?? {})).toEqual(expect.arrayContaining(['dense', 'sparse', 'bm25']));
  }
  return searches;
}

describe.each(['collection-per-user', 'shared'] as const)('another model, %s', (QDRANT_TENANCY) => {
  let container: TestContainer;
  const people: string[] = [];
  const files: ChunkedFile[] = [];
  beforeAll(async () => {
    container = await newTestContainer({ ...settings(), QDRANT_TENANCY });
    for (let person = 0; person < 2; person += 1) {
      const userId = await insertTestUser(container.everyone);
      people.push(userId);
      for (let file = 0; file < 6; file += 1) {
        files.push(
          await publish(container, await insertChunkedFile(container, userId, PASSAGES, { picture: file === 0 })),
        );
      }
    }
  });
  afterAll(() => container.close());

  it('takes over while people search, add, delete and reprocess; each point is there once, what is deleted nowhere', async () => {
    const [ada = '', bob = ''] = people;
    const [withPicture, deletedBefore, reprocessed, deletedAfter] = files.filter(({ userId }) => userId === ada);
    if (!withPicture || !deletedBefore || !reprocessed || !deletedAfter) throw new Error('There are no files.');
    let isOver = false;
    const readers = Array.from({ length: READERS }, (_, at) =>
      keepSearching(container, at === 0 ? bob : ada, () => isOver),
    );
    onTestFinished(async () => {
      isOver = true;
      await Promise.allSettled(readers);
    });
    let straggler: Awaited<ReturnType<typeof insertChunkedFile>> | undefined;
    const deps = backfillDeps(container, NEW_MODEL);
    let filled = 0;
    const events: (() => Promise<unknown>)[] = [
      () => deleteFile(container, ada, deletedBefore.fileId),
      async () => publish(container, await insertChunkedFile(container, ada, LATE)),
      async () => {
        const next = { fileId: reprocessed.fileId, generation: 2 };
        await publish(container, await insertChunkedFile(container, ada, [...PASSAGES, ...LATE], next));
      },
      () => deleteFile(container, ada, deletedAfter.fileId),
      // Its passages carry the old model, and it becomes READY after the switch. Whoever embeds takes whose turn it is, so
      // it must not be there before.
      async () => {
        straggler = await insertChunkedFile(container, bob, LATE, { picture: true });
        await embedFile(container, straggler);
      },
    ];
    let turn: Promise<unknown> = Promise.resolve();
    const vectorIndex = {
      ...deps.vectorIndex,
      upsert: async (...call: Parameters<typeof deps.vectorIndex.upsert>) => {
        filled += 1;
        turn = turn.then(() => events.shift()?.());
        await turn;
        return deps.vectorIndex.upsert(...call);
      },
    };
    const change = await changeModel({ ...deps, vectorIndex }, () => undefined);
    expect(change).toMatchObject({ outcome: 'changed', failures: [] });
    expect(events).toEqual([]);
    if (!straggler) throw new Error('The last event did not happen.');
    const { fileId: lateId } = straggler;
    expect(await statesOf(container)).toEqual({ [NEW_MODEL]: 'live', [HASHING_MODEL_ID]: 'retired' });

    await publishPending(container, 20_000, [straggler]);
    const { results } = await ask(container, bob, 'turbine');
    const late = results.find(({ fileId }) => fileId === lateId);
    expect(late?.legs).toEqual({ bm25: { rank: 1, score: expect.any(Number) } });
    expect(await sweepIndexes(container, 10_000)).toEqual({ backfilled: 1, dropped: [] });
    isOver = true;
    expect((await Promise.all(readers)).every((searches) => searches > 0)).toBe(true);

    for (const userId of [ada, bob]) {
      const ids = await liveIds(container, userId);
      await until('deletions to be carried out', 20_000, async () => {
        await publishPending(container, 1_000);
        const [old, now] = await Promise.all(
          [HASHING_MODEL_ID, NEW_MODEL].map((model) => pointsOf(container, userId, model)),
        );
        return old?.every((id) => ids.includes(id)) && now?.length === ids.length ? true : undefined;
      });
      expect(await pointsOf(container, userId, NEW_MODEL)).toEqual(ids);
      expect(await pointsOf(container, userId)).toEqual(ids);
      const answer = await ask(container, userId, 'turbine');
      expect(answer.explanation?.model).toBe(NEW_MODEL);
      expect(answer.results[0]?.text).toContain('turbine');
      expect(answer.results[0]?.legs).toMatchObject({ dense: { rank: 1 }, bm25: { score: expect.any(Number) } });
      const pictures = await ask(container, userId, 'red', { legs: ['image'] });
      expect(pictures.results).toHaveLength(userId === ada ? 1 : 2);
    }
    expect(filled).toBeGreaterThan(10);
  });

  it('lets files go on by the model that took over, whatever EMBEDDING_MODEL says', async () => {
    const [, bob = ''] = people;
    const file = await publish(container, await insertChunkedFile(container, bob, ['one more turbine']));
    const chunks = container.everyone.selectFrom('chunks').select('embedding_model');
    expect(await chunks.where('file_id', '=', file.fileId).execute()).toEqual([{ embedding_model: NEW_MODEL }]);
  });

  it('can be changed back: only what came since is embedded', async () => {
    const change = await changeModel(backfillDeps(container, HASHING_MODEL_ID), () => undefined);
    expect(change).toMatchObject({ outcome: 'changed', filled: 1 });
    for (const userId of people) {
      const ids = await liveIds(container, userId);
      expect(await pointsOf(container, userId, HASHING_MODEL_ID)).toEqual(ids);
      expect(await pointsOf(container, userId)).toEqual(ids);
    }
    expect(await statesOf(container)).toEqual({ [HASHING_MODEL_ID]: 'live', [NEW_MODEL]: 'retired' });
  });

  it('is kept for its grace, then dropped, and made anew when it is wanted again', async () => {
    const drop = (graceSeconds: number) =>
      dropRetired(withLimits(container, { indexes: { graceSeconds } }), Date.now() + 10_000);
    expect(await drop(3_600)).toEqual([]);
    expect(await runAlone(container.db, () => drop(0))).toEqual([]);
    await expect(pointsOf(container, people[0] ?? '', NEW_MODEL)).resolves.not.toHaveLength(0);
    expect(await drop(0)).toEqual([NEW_MODEL]);
    expect(await statesOf(container)).toEqual({ [HASHING_MODEL_ID]: 'live', [NEW_MODEL]: 'dropped' });
    for (const userId of people) await expect(pointsOf(container, userId, NEW_MODEL)).rejects.toThrow('Not Found');

    const { files } = await countSearchable(container.db);
    const again = await changeModel(backfillDeps(container, NEW_MODEL), () => undefined);
    expect(again).toMatchObject({ outcome: 'changed', filled: files });
    for (const userId of people) {
      expect(await pointsOf(container, userId, NEW_MODEL)).toEqual(await liveIds(container, userId));
    }

    // Wanted again while it is being dropped.
    expect(await dropRetired(withLimits(container, { indexes: { graceSeconds: 0 } }), 0)).toEqual([]);
    expect(await statesOf(container)).toEqual({ [HASHING_MODEL_ID]: 'dropping', [NEW_MODEL]: 'live' });
    const back = await changeModel(backfillDeps(container, HASHING_MODEL_ID), () => undefined);
    expect(back).toMatchObject({ outcome: 'changed', filled: files });
    for (const userId of people) {
      expect(await pointsOf(container, userId, HASHING_MODEL_ID)).toEqual(await liveIds(container, userId));
    }
  });
});

describe('npm run admin -- reembed', () => {
  const FILES = 12;
  const files: ChunkedFile[] = [];
  let container: TestContainer;
  let userId: string;
  beforeAll(async () => {
    container = await newTestContainer(settings());
    userId = await insertTestUser(container.everyone);
    for (let file = 0; file < FILES; file += 1) {
      files.push(await publish(container, await insertChunkedFile(container, userId, PASSAGES)));
    }
  });
  afterAll(() => container.close());

  function runCommand(...args: string[]) {
    const { DATABASE_URL, QUEUE_PREFIX, QDRANT_COLLECTION } = container.config;
    const env = {
      ...process.env,
      ...inject('system').env,
      ...settings(),
      DATABASE_URL,
      QUEUE_PREFIX,
      QDRANT_COLLECTION,
    };
    const child = spawn(process.execPath, ['cli/admin.ts', 'reembed', ...args], { env });
    const said = Promise.all([text(child.stdout), text(child.stderr)]);
    const ended = once(child, 'exit');
    return {
      kill: () => child.kill('SIGKILL'),
      async result() {
        const [code] = await ended;
        const [stdout, stderr] = await said;
        return { code, stdout, stderr };
      },
    };
  }

  const notedFiles = async () =>
    (await container.everyone.selectFrom('files').select('id').where('backfilled_index', 'is not', null).execute())
      .length;

  it('goes on where a SIGKILL ended it, and tells what it did and what to do', async () => {
    const holder = randomUUID();
    const held = files.slice(0, FILES / 2);
    const asOwner = <T>(work: (trx: Trx) => Promise<T>) => asUser(container.db, userId, work);
    // Another process is at these, so that the command waits in the middle.
    for (const file of held) expect(await asOwner((trx) => holdGeneration(trx, file, holder, 60))).toBe(true);
    const killed = runCommand('--model', SHORT_MODEL);
    const half = FILES - held.length;
    await until('half of the files to be filled', 30_000, async () =>
      (await notedFiles()) === half ? true : undefined,
    );
    killed.kill();
    await killed.result();
    expect(await statesOf(container)).toEqual({ [HASHING_MODEL_ID]: 'live', [SHORT_MODEL]: 'filling' });
    const { results } = await ask(container, userId, 'pump');
    expect(results[0]?.legs).toMatchObject({ dense: { score: expect.any(Number) } });

    for (const file of held) await asOwner((trx) => releaseGeneration(trx, file, holder));
    const again = await runCommand('--model', SHORT_MODEL).result();
    expect(again).toMatchObject({ code: 0 });
    expect(again.stderr).toContain(`${half} of ${FILES} files, ${half * PASSAGES.length} of `);
    expect(again.stderr).toContain(`${FILES} of ${FILES} files`);
    expect(again.stdout).toContain(`${SHORT_MODEL} is live`);
    expect(again.stdout).toContain(`${held.length} files were added to its index`);
    expect(again.stdout).toContain(`${HASHING_MODEL_ID} is retired and kept until`);
    expect(again.stdout).toContain(`Set EMBEDDING_MODEL=${SHORT_MODEL}`);
    expect(again.stdout).toMatch(
      new RegExp(`^\\d+ passages of ${FILES} files are longer than ${SHORT_MODEL} can read.* --recut$`, 'm'),
    );
    expect(await pointsOf(container, userId, SHORT_MODEL)).toEqual(await liveIds(container, userId));
  });

  it('has files cut anew whose passages are too long for the model, when told to', async () => {
    const recut = await runCommand('--model', SHORT_MODEL, '--recut').result();
    expect(recut).toMatchObject({ code: 0, stdout: expect.stringContaining(`${SHORT_MODEL} is already live.`) });
    expect(recut.stdout).toContain(`${FILES} of these files are being split into passages again`);
    const rows = container.everyone.selectFrom('files').select(['status', 'generation', 'live_generation']).distinct();
    expect(await rows.execute()).toEqual([{ status: 'STORED', generation: 2, live_generation: 1 }]);
    const { results } = await ask(container, userId, 'pump');
    expect(results[0]?.text).toContain('pump');
  });

  it('says what it cannot do in a sentence: twice at once, for a model that is not to be had', async () => {
    const unknown = await runCommand('--model', 'nobody/nothing').result();
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining('nobody/nothing') });
    await runAlone(container.db, async () => {
      const second = runAlone(container.db, () => Promise.resolve());
      await expect(second).rejects.toMatchObject({ code: 'CONFLICT' });
    });
  });
});
