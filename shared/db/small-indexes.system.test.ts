import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';

let container: TestContainer;
beforeAll(async () => {
  container = await newTestContainer();
});
afterAll(() => container.close());

/** The plan where there is more of it than a scan of the whole would do for. */
async function planOf(query: string): Promise<string> {
  return container.everyone.transaction().execute(async (trx) => {
    await sql`set local enable_seqscan = off`.execute(trx);
    const { rows } = await sql.raw<{ 'QUERY PLAN': string }>(`explain ${query}`).execute(trx);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  });
}

it('the pictures of a file are found without its other pages', async () => {
  const plan = await planOf(`select from files f where exists (
    select from pages p where p.file_id = f.id and p.generation = f.live_generation and p.picture_key is not null)`);
  expect(plan).toContain('pages_pictures');
});

it('objects that wait for too long are found without the others', async () => {
  const plan = await planOf(
    `select id from arrivals where due_at < now() - interval '1 hour' order by due_at limit 10`,
  );
  expect(plan).toContain('arrivals_due');
});
