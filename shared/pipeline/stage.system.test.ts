import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { forgiveInterrupted } from '#shared/db/forgive-interrupted.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { reprocessFile } from '#shared/files/reprocess-file.ts';
import { resendStages } from '#shared/maintenance/sweep.ts';
import type { Queue } from '#shared/ports/queue.ts';
import { withParts } from '#shared/runtime/container/built-at-first-read.ts';
import { insertEmbeddedFile, insertTestUser } from '#testing/stored-file.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { runStages, type Stage, type StageRun } from './stage.ts';

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
    container,
    userId,
    fileId,
    generation,
    run(work: (run: StageRun) => Promise<'done' | 'continue'>) {
      const stage: Stage = { queue: 'embed', from: 'CHUNKED', to: 'EMBEDDED', next: 'publish', sliceMs: 10_000, work };
      return runStages(container, [stage], { fileId, generation });
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
      // Not before its time, and the time doubles.
      expect((await row()).due_at.getTime() - Date.now()).toBeGreaterThan(2 ** time * 1_000 - 2_000);
      await db.updateTable('files').set({ due_at: new Date() }).execute();
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

describe('an attempt that nobody ended', () => {
  /** The worker dies in the middle: it neither fails nor finishes, and its lease runs out. */
  async function dyingRun({ db, run }: Awaited<ReturnType<typeof setUp>>): Promise<void> {
    await run(async ({ file }) => {
      await db.updateTable('files').set({ lease_holder: randomUUID() }).where('id', '=', file.id).execute();
      throw new Error('the process died');
    });
    await db
      .updateTable('files')
      .set({ lease_expires_at: new Date(0) })
      .execute();
  }

  it('counts, and after five the file is FAILED with a way out', async () => {
    const set = await setUp();
    for (let time = 1; time <= 5; time += 1) {
      await dyingRun(set);
      expect(await set.row()).toMatchObject({ status: 'CHUNKED', attempts: time, failures: 0 });
    }
    let begun = 0;
    await set.run(async () => {
      begun += 1;
      return 'done';
    });
    expect(begun).toBe(0);
    expect(await set.row()).toMatchObject({ status: 'FAILED', error_code: 'PROCESSING_FAILED', lease_holder: null });
    expect((await set.row()).error_message).toContain('stopped 5 times');
    await reprocessFile(set.container, set.userId, set.fileId);
    expect(await set.row()).toMatchObject({ status: 'STORED', attempts: 0, error_code: null, generation: 2 });
  });

  it.each([
    ['a finished stage', () => Promise.resolve('done' as const)],
    ['a slice that ends', () => Promise.resolve('continue' as const)],
    ['a failure that was seen', () => Promise.reject(new Error('seen'))],
    ['a part of the system that is away', () => Promise.reject(new AppError('DEPENDENCY_UNAVAILABLE'))],
  ])('is cleared by %s', async (_, work) => {
    const set = await setUp();
    for (let time = 1; time <= 4; time += 1) await dyingRun(set);
    await set.run(work);
    expect(await set.row()).toMatchObject({ attempts: 0, lease_holder: null });
  });

  it('is forgiven, its lease with it, when everything was stopped', async () => {
    const set = await setUp();
    for (let time = 1; time <= 6; time += 1) {
      await set.run(async ({ file }) => {
        expect(file.attempts).toBe(0);
        // What a kill of everything leaves behind: the row as it is now.
        await forgiveInterrupted(set.container.config.DATABASE_URL);
        throw new Error('the process died');
      });
      expect(await set.row()).toMatchObject({ status: 'CHUNKED', attempts: 0, failures: 0, lease_holder: null });
    }
  });

  it('makes a suspect of its file from the second on: it is worked on by itself', async () => {
    const set = await setUp();
    await dyingRun(set);
    await dyingRun(set);
    const neighbour = await set.container.host.enter();
    let isBegun = false;
    const run = set.run(async () => {
      isBegun = true;
      return 'done';
    });
    await expect.poll(async () => (await set.row()).lease_holder).not.toBeNull();
    // It waits, and waiting is no attempt: whatever the neighbour does to the process is not its fault.
    expect(await set.row()).toMatchObject({ attempts: 2 });
    expect(isBegun).toBe(false);
    neighbour();
    await run;
    expect(isBegun).toBe(true);
    expect(await set.row()).toMatchObject({ status: 'EMBEDDED', attempts: 0 });
  });
});

describe('a short file', () => {
  async function carried(pages: number, last: Stage['work'] = async () => 'done', chunks = 2) {
    const { container, db, fileId, generation, row } = await setUp();
    const set = { status: 'STORED', pages, chunks } as const;
    await db.updateTable('files').set(set).where('id', '=', fileId).execute();
    const seen: string[] = [];
    const work =
      (then: Stage['work']) =>
      (run: StageRun): Promise<'done' | 'continue'> => {
        seen.push(`${run.claim.status} ${run.file.status} ${run.file.attempts}`);
        return then(run);
      };
    const done = work(async () => 'done');
    const stages: [Stage, ...Stage[]] = [
      { queue: 'extract', from: 'STORED', to: 'EXTRACTED', next: 'chunk', sliceMs: 10_000, work: done },
      { queue: 'chunk', from: 'EXTRACTED', to: 'CHUNKED', next: 'embed', sliceMs: 10_000, work: done },
      { queue: 'embed', from: 'CHUNKED', to: 'EMBEDDED', next: 'publish', sliceMs: 10_000, work: work(last) },
    ];
    const sent: unknown[][] = [];
    const queue: Queue = { ...container.queue, send: async (...message) => void sent.push(message) };
    const deps = withParts(container, { queue });
    await runStages(deps, stages, { fileId, generation });
    return { deps, db, stages, message: { fileId, generation }, seen, sent, row };
  }

  it('goes through all stages in the hands of one worker', async () => {
    const { seen, sent, row, message } = await carried(4);
    expect(seen).toEqual(['STORED STORED 0', 'EXTRACTED EXTRACTED 1', 'CHUNKED CHUNKED 1']);
    expect(await row()).toMatchObject({ status: 'EMBEDDED', lease_holder: null, attempts: 0 });
    expect(sent).toEqual([['publish', message]]);
  });

  it('is handed on while something that a stage needs does not answer', async () => {
    const away = new AppError('DEPENDENCY_UNAVAILABLE');
    const { deps, db, stages, message, seen, sent } = await carried(1, () => Promise.reject(away));
    expect(sent).toEqual([['embed', message, { delaySeconds: 10 }]]);
    await db.updateTable('files').set({ status: 'STORED', due_at: new Date() }).execute();
    [seen.length, sent.length] = [0, 0];
    await runStages(deps, stages, message);
    expect(seen).toEqual(['STORED STORED 0']);
    expect(sent).toEqual([['chunk', message]]);
  });

  it('has at most sixteen passages', async () => {
    const { seen, sent, message } = await carried(1, undefined, 17);
    expect(seen).toEqual(['STORED STORED 0']);
    expect(sent).toEqual([['chunk', message]]);
  });

  it('is one of at most four pages', async () => {
    const { seen, sent, row, message } = await carried(5);
    expect(seen).toEqual(['STORED STORED 0']);
    expect(await row()).toMatchObject({ status: 'EXTRACTED', lease_holder: null, attempts: 0 });
    expect(sent).toEqual([['chunk', message]]);
  });

  it('waits before the stage that failed', async () => {
    const { sent, row, message } = await carried(1, () => Promise.reject(new Error('unexpected')));
    expect(await row()).toMatchObject({ status: 'CHUNKED', failures: 1, attempts: 0, lease_holder: null });
    expect(sent).toEqual([['embed', message, { delaySeconds: 2 }]]);
  });

  it('is told of to the stage it stands before when its worker died meanwhile, which goes on with it', async () => {
    const { deps, db, stages, message, sent, seen, row } = await carried(1);
    const dead = { status: 'CHUNKED', lease_holder: randomUUID(), attempts: 1 } as const;
    await db.deleteFrom('turns').execute();
    await db
      .updateTable('files')
      .set({ ...dead, lease_expires_at: new Date(Date.now() + 20_000) })
      .execute();
    sent.length = 0;
    await runStages(deps, stages, message);
    expect(sent).toEqual([['embed', message, { delaySeconds: 20 }]]);

    await db.updateTable('files').set({ lease_expires_at: new Date() }).execute();
    const [, , embed] = stages;
    for (const expected of [[['embed', message, { delaySeconds: 0 }]], [['publish', message]]]) {
      sent.length = 0;
      await runStages(deps, [embed ?? stages[0]], message);
      expect(sent).toEqual(expected);
    }
    expect(seen.at(-1)).toBe('CHUNKED CHUNKED 1');
    expect(await row()).toMatchObject({ status: 'EMBEDDED', attempts: 0 });
    sent.length = 0;
    await db.updateTable('files').set({ status: 'READY' }).execute();
    await runStages(deps, stages, message);
    expect(sent).toEqual([]);
  });

  it.each([0, 1_000])('is put back into its line by the sweep, %i messages waiting', async (waiting) => {
    const { deps, db, stages, message, sent, row } = await carried(1);
    await db.deleteFrom('turns').execute();
    const past = new Date(Date.now() - 1_000);
    await db
      .updateTable('files')
      .set({ status: 'CHUNKED', lease_holder: randomUUID(), lease_expires_at: past })
      .execute();
    sent.length = 0;
    await resendStages(withParts(deps, { queue: { ...deps.queue, waiting: async () => waiting } }));
    expect(sent).toEqual(waiting === 0 ? [['embed', message]] : []);
    const [, , embed] = stages;
    await runStages(deps, [embed ?? stages[0]], message);
    expect(await row()).toMatchObject({ status: 'EMBEDDED' });
  });
});
