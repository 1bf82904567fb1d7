import { expect, inject, it } from 'vitest';
import { withClient } from '#localstack/postgres/with-client.ts';
import type { Problem } from '#shared/api/problem.ts';
import { newPerson, type Person, postForm, until } from '#testing/person.ts';

const { env } = inject('system');

/** Asked by a connection of its own: within a transaction the same is answered each time. */
function findWaiting(holder: number): Promise<number[] | undefined> {
  return withClient({ connectionString: env.DATABASE_URL }, async (client) => {
    const { rows } = await client.query<{ pid: number }>(
      'select pid from pg_stat_activity where $1 = any(pg_blocking_pids(pid))',
      [holder],
    );
    return rows.length > 0 ? rows.map(({ pid }) => pid) : undefined;
  });
}

/** Keeps the row of a new file of this person locked while `work` goes on. */
async function withLockedFile(
  person: Person,
  work: (fileId: string, stuck: () => Promise<number[]>) => Promise<void>,
): Promise<void> {
  const { file } = (await (await postForm(person, 'locked.txt', `Locked for ${person.id}`)).json()) as {
    file: { id: string };
  };
  await until('the file to be READY', 30_000, async () =>
    (await person.file(file.id)).status === 'READY' ? true : undefined,
  );
  await withClient({ connectionString: env.DATABASE_URL }, async (client) => {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    await client.query('begin');
    await client.query('select from files where id = $1 for update', [file.id]);
    await work(file.id, () =>
      until('a connection that waits for the lock', 20_000, () => findWaiting(rows[0]?.pid ?? 0)),
    );
    await client.query('rollback');
  });
}

it('a connection that the server ends within a transaction costs that request alone', async () => {
  const person = await newPerson();
  await withLockedFile(person, async (fileId, stuck) => {
    const deletions = [1, 2, 3].map(() => person.fetch(`/files/${fileId}`, { method: 'DELETE' }));
    // Of three that lock the same row one waits for ours, the others for the first.
    const waiting = await stuck();
    await withClient({ connectionString: env.DATABASE_URL }, (client) =>
      client.query('select pg_terminate_backend(pid) from unnest($1::int[]) as pid', [waiting]),
    );
    for (const answer of await Promise.all(deletions)) {
      expect([answer.status, ((await answer.json()) as Problem).code]).toEqual([503, 'DEPENDENCY_UNAVAILABLE']);
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    }
    expect((await person.fetch('/files')).status).toBe(200);
  });
});

it('many requests for one locked row are refused in time, and nobody else waits for them', async () => {
  const [person, other] = [await newPerson(), await newPerson()];
  await withLockedFile(person, async (fileId, stuck) => {
    let open = 24;
    const deletions = Array.from({ length: open }, async () => {
      const answer = await person.fetch(`/files/${fileId}`, { method: 'DELETE' });
      open -= 1;
      return answer;
    });
    await stuck();
    const before = open;
    for (let turn = 0; turn < 5; turn += 1) expect((await other.fetch('/files')).status).toBe(200);
    // All of theirs were answered while ours still wait.
    expect([before, open]).toEqual([24, 24]);
    for (const answer of await Promise.all(deletions)) {
      expect(answer.status).toBe(503);
      expect(((await answer.json()) as Problem).code).toBe('DEPENDENCY_UNAVAILABLE');
    }
  });
  expect((await person.fetch('/files')).status).toBe(200);
});
