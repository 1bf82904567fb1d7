import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asUser } from '#shared/db/as-user.ts';
import { claimTurn } from '#shared/db/cross-tenant.ts';
import type { FileStatus } from '#shared/domain/file-status.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { deleteFile } from '#shared/files/delete-file.ts';
import { insertTestUser } from '#testing/stored-file.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { runStages, type Stage, type StageRun } from './stage.ts';

let container: TestContainer;
beforeEach(async () => {
  container = await newTestContainer();
});
afterEach(() => container.close());

const NOBODYS_FILE = '00000000-0000-4000-8000-000000000000';

const STAGES = {
  STORED: { queue: 'extract', from: 'STORED', to: 'EXTRACTED', next: 'chunk', sliceMs: 10_000 },
  EXTRACTED: { queue: 'chunk', from: 'EXTRACTED', to: 'CHUNKED', next: 'embed', sliceMs: 10_000 },
  CHUNKED: { queue: 'embed', from: 'CHUNKED', to: 'EMBEDDED', next: 'publish', sliceMs: 10_000 },
} as const satisfies Partial<Record<FileStatus, Omit<Stage, 'work'>>>;
type Waiting = keyof typeof STAGES;

/** A person with files that wait for a stage. */
async function personWith(files: number, status: Waiting = 'CHUNKED'): Promise<{ userId: string; ids: string[] }> {
  const userId = await insertTestUser(container.everyone);
  const ids = Array.from({ length: files }, () => randomUUID());
  await sql`
    insert into files (id, user_id, filename, content_type, size, source, status, generation, content_generation)
    select id, ${userId}, 'a.txt', 'text/plain', 1, 'api', ${status}, 1, 1
    from unnest(${ids}::uuid[]) as f (id)`.execute(container.everyone);
  return { userId, ids };
}

async function atWork(...ids: string[]): Promise<void> {
  await container.everyone
    .updateTable('files')
    .set({ lease_holder: randomUUID(), lease_expires_at: new Date(Date.now() + 60_000) })
    .where('id', 'in', ids)
    .execute();
}

/** One message's worth of work. @returns whose files were worked on */
async function work(
  status: Waiting = 'CHUNKED',
  fileId = NOBODYS_FILE,
  how: (run: StageRun) => Promise<'done' | 'continue'> = async () => 'done',
): Promise<{ id: string; userId: string; alongside: number }[]> {
  const worked: { id: string; userId: string; alongside: number }[] = [];
  const stage: Stage = {
    ...STAGES[status],
    async work(run) {
      worked.push({ id: run.file.id, userId: run.file.user_id, alongside: run.alongside });
      return how(run);
    },
  };
  await runStages(container, [stage], { fileId, generation: 1 });
  return worked;
}

describe.each(Object.keys(STAGES) as Waiting[])('before the stage of %s files', (status) => {
  it('one person’s 1,500 files hold another’s single file for one turn', async () => {
    const many = await personWith(1_500, status);
    // The first of them is served and everybody knows about the backlog before the other comes.
    expect(await work(status)).toMatchObject([{ userId: many.userId }]);
    const other = await personWith(1, status);
    const turns = [...(await work(status)), ...(await work(status))].map(({ userId }) => userId);
    expect(turns).toContain(other.userId);
  });

  it('a file that is begun takes its turn like another’s, slice by slice', async () => {
    const long = await personWith(1, status);
    const others = await personWith(40, status);
    const slice = async ({ file }: StageRun) => (file.id === long.ids[0] ? ('continue' as const) : ('done' as const));
    const turns: string[] = [];
    for (let turn = 0; turn < 20; turn += 1) {
      turns.push(...(await work(status, NOBODYS_FILE, slice)).map(({ userId }) => userId));
    }
    // One after the other, so that neither waits for more than one turn of the other's.
    expect(turns).toHaveLength(20);
    for (let at = 1; at < turns.length; at += 1) expect(turns[at]).not.toBe(turns[at - 1]);
    expect(new Set(turns)).toEqual(new Set([long.userId, others.userId]));
  });
});

describe('of the people who wait', () => {
  it('whoever has fewest files at work comes first, and a person’s own go in the order they came in', async () => {
    const busy = await personWith(3);
    const other = await personWith(2);
    await atWork(busy.ids[0] ?? '');
    await container.everyone
      .updateTable('files')
      .set({ due_at: new Date(Date.now() - 60_000) })
      .where('id', '=', other.ids[1] ?? '')
      .execute();
    expect(await work()).toMatchObject([{ id: other.ids[1], alongside: 0 }]);
    await atWork(other.ids[0] ?? '');
    // Both have one at work: the one who was not served just now.
    expect(await work()).toMatchObject([{ userId: busy.userId, alongside: 1 }]);
  });

  it('one person leaves a worker free, which takes the next that anybody else brings', async () => {
    const busy = await personWith(4);
    await atWork(...busy.ids.slice(0, 3));
    const waits = work();
    const other = await personWith(1);
    expect(await waits).toMatchObject([{ userId: other.userId }]);
  });

  it('the message is kept where something waits that may not be taken now', async () => {
    const busy = await personWith(4);
    await atWork(...busy.ids.slice(0, 3));
    expect(await work('CHUNKED', busy.ids[3])).toEqual([]);
    expect(await container.queue.waiting('embed')).toBe(1);
  }, 30_000);
});

describe('what is not due', () => {
  it('is passed over, and taken when it is', async () => {
    const failing = await personWith(1);
    const outage = () => Promise.reject(new AppError('DEPENDENCY_UNAVAILABLE'));
    expect(await work('CHUNKED', NOBODYS_FILE, outage)).toHaveLength(1);
    const other = await personWith(2);
    expect([...(await work()), ...(await work())].map(({ id }) => id).sort()).toEqual(other.ids.toSorted());
    expect(await work()).toEqual([]);
    await container.everyone.updateTable('files').set({ due_at: new Date() }).where('status', '=', 'CHUNKED').execute();
    expect(await work()).toMatchObject([{ userId: failing.userId }]);
  });

  it('is taken although its own message is lost, also what a dead worker left', async () => {
    const dead = await personWith(1);
    await work('CHUNKED', NOBODYS_FILE, async ({ file }) => {
      await container.everyone
        .updateTable('files')
        .set({ lease_holder: randomUUID(), lease_expires_at: sql`now() + interval '2 s'` })
        .where('id', '=', file.id)
        .execute();
      throw new Error('the worker died');
    });
    expect(await work()).toEqual([]);
    await expect.poll(() => work(), { timeout: 10_000 }).toMatchObject([{ id: dead.ids[0] }]);
  });

  it('is asked for again by the message that names it', async () => {
    const { ids } = await personWith(1);
    await atWork(...ids);
    expect(await work('CHUNKED', ids[0])).toEqual([]);
    // Delayed, so it is counted among those and not among the waiting.
    expect(await container.queue.waiting('embed')).toBe(0);
    const { rows } = await sql<{ at: Date }>`select at from turns`.execute(container.everyone);
    expect(rows[0]?.at.getTime()).toBeGreaterThan(Date.now() + 30_000);
  });
});

describe('the line', () => {
  it('holds nobody of whom nothing is left, and takes them back', async () => {
    const { userId, ids } = await personWith(2);
    await work();
    await deleteFile(container, userId, ids.find((id) => id) ?? '');
    while ((await work()).length > 0);
    expect(await container.everyone.selectFrom('turns').where('stage', '=', 'CHUNKED').selectAll().execute()).toEqual(
      [],
    );
    const again = await personWith(1);
    expect(await work()).toMatchObject([{ userId: again.userId }]);
  });

  it('loses nobody while files come and go at the same time', async () => {
    const people = await Promise.all(Array.from({ length: 3 }, () => insertTestUser(container.everyone)));
    const wanted = new Set<string>();
    const seen: string[] = [];
    let isOver = false;
    const bring = async (userId: string): Promise<void> => {
      for (let file = 0; file < 60; file += 1) {
        const id = randomUUID();
        wanted.add(id);
        await asUser(container.db, userId, (trx) =>
          sql`insert into files (id, user_id, filename, content_type, size, source, status, generation)
            values (${id}, ${userId}, 'a.txt', 'text/plain', 1, 'api', 'STORED', 1)`.execute(trx),
        );
      }
    };
    const take = async (): Promise<void> => {
      while (!isOver || seen.length < wanted.size) {
        const before = seen.length;
        seen.push(...(await work('STORED')).map(({ id }) => id));
        // All were brought, and nobody is left in the line: what is missing now is lost.
        const line = await sql`select from turns where stage = 'STORED'`.execute(container.everyone);
        if (isOver && seen.length === before && line.rows.length === 0) return;
      }
    };
    const takers = [take(), take(), take()];
    await Promise.all(people.map(bring));
    isOver = true;
    await Promise.all(takers);
    expect(seen).toHaveLength(wanted.size);
    expect(new Set(seen)).toEqual(wanted);
  }, 60_000);

  it('is asked what it holds at the same cost however many files wait', async () => {
    const pagesOf = async (): Promise<number> => {
      const plan = await sql<{
        'QUERY PLAN': { Plan: { 'Shared Hit Blocks': number; 'Shared Read Blocks': number } }[];
      }>`
        explain (analyze, buffers, format json)
        select * from claim_turn('STORED', ${randomUUID()}::uuid, 0, 3, ${NOBODYS_FILE}::uuid)`.execute(
        container.everyone,
      );
      const found = plan.rows[0]?.['QUERY PLAN'][0]?.Plan;
      return (found?.['Shared Hit Blocks'] ?? 0) + (found?.['Shared Read Blocks'] ?? 0);
    };
    const few = await personWith(10, 'STORED');
    await pagesOf();
    const withFew = await pagesOf();
    await sql`
      insert into files (id, user_id, filename, content_type, size, source, status, generation)
      select gen_random_uuid(), ${few.userId}, 'a.txt', 'text/plain', 1, 'api', 'STORED', 1
      from generate_series(1, 50000)`.execute(container.everyone);
    await pagesOf();
    expect(await pagesOf()).toBeLessThan(withFew + 50);
    expect(
      (
        await claimTurn(container.db, {
          status: 'STORED',
          holder: randomUUID(),
          leaseSeconds: 1,
          mostOfOne: 3,
          fileId: NOBODYS_FILE,
        })
      ).claimed,
    ).toMatchObject({ userId: few.userId });
  }, 60_000);
});
