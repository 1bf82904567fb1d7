import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '#shared/errors/app-error.ts';
import { stageDeps } from '#shared/runtime/use-case-deps.ts';
import { insertEmbeddedFile, insertTestUser } from '#testing/stored-file.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { runStage, type Stage, type StageRun } from './stage.ts';

const open: TestContainer[] = [];

afterEach(async () => {
  for (const container of open.splice(0)) await container.close();
});

/** A file before the embed stage, and that stage with work of the test's own. */
async function setUp() {
  const container = await newTestContainer();
  open.push(container);
  const userId = await insertTestUser(container.everyone);
  const { fileId, generation } = await insertEmbeddedFile(container.everyone, userId, { chunks: 2 });
  await container.everyone.updateTable('files').set({ status: 'CHUNKED' }).where('id', '=', fileId).execute();
  return {
    db: container.everyone,
    row: () => container.everyone.selectFrom('files').selectAll().where('id', '=', fileId).executeTakeFirstOrThrow(),
    run(work: (run: StageRun) => Promise<'done'>) {
      const stage: Stage = { queue: 'embed', from: 'CHUNKED', to: 'EMBEDDED', next: 'publish', work };
      return runStage(stageDeps(container), stage, { fileId, generation }, 10_000);
    },
  };
}

describe('a failed stage', () => {
  it('does not count when the connection to the database broke', async () => {
    const { run, row } = await setUp();
    await run(() => Promise.reject(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })));
    expect(await row()).toMatchObject({ status: 'CHUNKED', failures: 0, lease_holder: null });
  });

  it('counts when a file of ours is missing', async () => {
    const { run, row } = await setUp();
    const error = Object.assign(new Error('no such file'), { code: 'ENOENT', syscall: 'open' });
    await run(() => Promise.reject(error));
    expect(await row()).toMatchObject({ status: 'CHUNKED', failures: 1 });
  });

  it('makes the file FAILED the fifth time and takes its chunks out of the outbox', async () => {
    const { db, run, row } = await setUp();
    for (let time = 1; time <= 5; time += 1) {
      expect((await row()).status).toBe('CHUNKED');
      await run(() => Promise.reject(new Error('unexpected')));
    }
    expect(await row()).toMatchObject({ status: 'FAILED', failures: 5, error_code: 'PROCESSING_FAILED' });
    expect((await row()).error_message).toContain('failed 5 times');
    const chunks = await db.selectFrom('chunks').select(['sync_status', 'dense_vector', 'sparse_values']).execute();
    expect(chunks).toEqual(Array(2).fill({ sync_status: 'FAILED', dense_vector: null, sparse_values: null }));
  });

  it.each([1, 5])('says nothing about a file that another worker took over, %i failures in', async (failures) => {
    const { db, run, row } = await setUp();
    const other = randomUUID();
    for (const error of [new AppError('DAMAGED_FILE'), new Error('unexpected')]) {
      await db.updateTable('files').set({ failures, lease_holder: null, lease_expires_at: null }).execute();
      await run(async () => {
        await db.updateTable('files').set({ lease_holder: other }).execute();
        throw error;
      });
      expect(await row()).toMatchObject({ status: 'CHUNKED', failures, lease_holder: other, error_code: null });
    }
    const chunks = await db.selectFrom('chunks').select('sync_status').execute();
    expect(chunks).toEqual(Array(2).fill({ sync_status: 'PENDING' }));
  });
});

describe('people take turns', () => {
  /** A person with files before the embed stage, so many of them at work. */
  async function personWith(db: TestContainer['everyone'], files: { running: number; waiting: number }) {
    const userId = await insertTestUser(db);
    const ids: string[] = [];
    for (let count = files.running + files.waiting; count > 0; count--) {
      const { fileId } = await insertEmbeddedFile(db, userId, { chunks: 1 });
      ids.push(fileId);
    }
    await db
      .updateTable('files')
      .set({ status: 'CHUNKED', chunks_embedded: 0 })
      .where('user_id', '=', userId)
      .execute();
    const running = ids.slice(0, files.running);
    const lease = { lease_holder: randomUUID(), lease_expires_at: new Date(Date.now() + 60_000) };
    for (const id of running) await db.updateTable('files').set(lease).where('id', '=', id).execute();
    return { running, waiting: ids.slice(files.running) };
  }

  async function workedOn(container: TestContainer, fileId: string | undefined): Promise<string[]> {
    const worked: string[] = [];
    const work: Stage['work'] = async ({ file }) => {
      worked.push(file.id);
      return 'done';
    };
    const stage: Stage = { queue: 'embed', from: 'CHUNKED', to: 'EMBEDDED', next: 'publish', work };
    await runStage(stageDeps(container), stage, { fileId: fileId ?? '', generation: 1 }, 10_000);
    return worked;
  }

  async function newContainer(): Promise<TestContainer> {
    const container = await newTestContainer();
    open.push(container);
    return container;
  }

  it('whoever has fewer files at work comes first, and the other message is sent again', async () => {
    const container = await newContainer();
    const busy = await personWith(container.everyone, { running: 1, waiting: 1 });
    const other = await personWith(container.everyone, { running: 0, waiting: 2 });
    expect(await workedOn(container, busy.waiting[0])).toEqual([other.waiting[0]]);
    expect(await container.queue.waiting('embed')).toBe(1);
    // Now both have one at work and the first may go on.
    await container.everyone
      .updateTable('files')
      .set({ lease_holder: randomUUID(), lease_expires_at: new Date(Date.now() + 60_000) })
      .where('id', '=', other.waiting[1] ?? '')
      .execute();
    expect(await workedOn(container, busy.waiting[0])).toEqual([busy.waiting[0]]);
  });

  it('one person leaves a worker free, which takes the next that anybody else brings', async () => {
    const container = await newContainer();
    const busy = await personWith(container.everyone, { running: 3, waiting: 1 });
    const waits = workedOn(container, busy.waiting[0]);
    const other = await personWith(container.everyone, { running: 0, waiting: 1 });
    expect(await waits).toEqual([other.waiting[0]]);
  });

  it('files that are under way or failed before wait for their own messages', async () => {
    const container = await newContainer();
    const busy = await personWith(container.everyone, { running: 1, waiting: 1 });
    const other = await personWith(container.everyone, { running: 0, waiting: 2 });
    const [begun = '', failed = ''] = other.waiting;
    await container.everyone.updateTable('files').set({ chunks_embedded: 1 }).where('id', '=', begun).execute();
    await container.everyone.updateTable('files').set({ failures: 1 }).where('id', '=', failed).execute();
    expect(await workedOn(container, busy.waiting[0])).toEqual([busy.waiting[0]]);
  });
});
