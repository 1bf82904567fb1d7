import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { claimTurn, leasePendingChunks } from '#shared/db/cross-tenant.ts';
import type { Db } from '#shared/db/database.ts';
import { median } from '#testing/hostile/storm.ts';
import type { Bench, BenchRow } from './bench.ts';
import { startTemporaryDatabase } from './temporary-database.ts';

const WAITING = [10, 10_000, 100_000, 1_000_000];
const QUESTIONS = 50;
const PEOPLE = 100;
/** A scan of all that waits takes a second or more where there is a million. */
const MOST_SECONDS_OF_REFERENCE = 10;

/** Whose turn it is, asked again and again, beside the question that counted all that waits. */
export const turns: Bench = {
  name: 'turns',
  description: `what the question whose turn it is costs at ${WAITING.join(', ')} waiting files, and passages to publish`,
  onlyByName: true,
  async run(say) {
    const database = await startTemporaryDatabase();
    try {
      await createFairTurn(database.db);
      const rows: BenchRow[] = [];
      let there = 0;
      for (const files of WAITING) {
        say(`${files} waiting files …`);
        await insertWaiting(database.db, files - there);
        there = files;
        const measured = await measure(database.db, files);
        for (const { name, value, reference } of measured) say(`${name}: ${value} ms, ${reference?.value ?? ''}`);
        rows.push(...measured);
      }
      there = 0;
      for (const chunks of WAITING) {
        say(`${chunks} passages to publish …`);
        await insertEmbedded(database.db, chunks - there);
        there = chunks;
        rows.push(await measureBatches(database.db, chunks));
      }
      return {
        rows,
        notes: [`${PEOPLE} people wait; each claim is a change that is committed, the reference only reads.`],
      };
    } finally {
      await database.stop();
    }
  },
};

/**
 * The reference: how many files of a file's owner are at work in a stage, and a file of somebody else that waits there
 * although fewer of theirs are.
 */
async function createFairTurn(db: Db): Promise<void> {
  await sql`
    create function fair_turn(of_file uuid, of_status text)
    returns table (running integer, other uuid, other_generation integer) language sql as $$
      with unfinished as (
        select id, user_id, generation, updated_at, lease_expires_at > now() as is_running,
          lease_expires_at is null and failures = 0
            and case status
              when 'STORED' then pages is null
              when 'EXTRACTED' then pages_chunked = 0
              when 'CHUNKED' then chunks_embedded = 0
              else false
            end as is_waiting
        from files
        where status = of_status and status not in ('READY', 'FAILED') and deleted_at is null and duplicate_of is null
      ),
      people as (select user_id, count(*) filter (where is_running)::integer as running from unfinished group by user_id),
      mine as (select user_id, running from people where user_id = (select user_id from files where id = of_file))
      select mine.running, waiting.id, waiting.generation
      from mine left join lateral (
        select u.id, u.generation
        from unfinished u join people p using (user_id)
        where u.is_waiting and u.user_id <> mine.user_id and p.running < mine.running
        order by p.running, u.updated_at
        limit 1
      ) as waiting on true
    $$`.execute(db);
}

/** Half of them are one person's. */
async function insertWaiting(db: Db, files: number): Promise<void> {
  await sql`
    insert into users (id, email, username, password_hash)
    select md5(n::text)::uuid, n || '@example.org', 'person-' || n, 'none' from generate_series(0, ${PEOPLE - 1}) as n
    on conflict do nothing`.execute(db);
  // In place of the trigger, which would take a minute for a million rows of one statement.
  await db.transaction().execute(async (trx) => {
    await sql`set local session_replication_role = replica`.execute(trx);
    await sql`
      insert into files (id, user_id, filename, content_type, size, source, status, generation)
      select gen_random_uuid(), md5((case when n % 2 = 0 then 0 else n % ${sql.lit(PEOPLE)} end)::text)::uuid,
        'a.txt', 'text/plain', 1, 'api', 'STORED', 1
      from generate_series(1, ${files}::integer) as n`.execute(trx);
    await sql`
      insert into turns (stage, user_id, at) select distinct status, user_id, now() from files on conflict do nothing`.execute(
      trx,
    );
  });
}

async function measure(db: Db, files: number): Promise<BenchRow[]> {
  const times: number[] = [];
  for (let question = 0; question < QUESTIONS; question += 1) {
    const begun = performance.now();
    const { claimed } = await claimTurn(db, {
      status: 'STORED',
      holder: randomUUID(),
      leaseSeconds: 0,
      mostOfOne: 3,
      fileId: randomUUID(),
    });
    times.push(performance.now() - begun);
    if (!claimed) throw new Error('nobody’s turn although files wait');
  }
  const before: number[] = [];
  const { rows } = await sql<{ id: string }>`select id from files limit 1`.execute(db);
  const until = performance.now() + MOST_SECONDS_OF_REFERENCE * 1_000;
  while (before.length < QUESTIONS && performance.now() < until) {
    const begun = performance.now();
    await sql`select * from fair_turn(${rows[0]?.id}, 'STORED')`.execute(db);
    before.push(performance.now() - begun);
  }
  const value = median(times);
  const reference = { name: 'counting all that waits', value: median(before) };
  return [
    { name: `a turn, ${files} files waiting`, value, unit: 'ms', reference, ratio: value / reference.value },
    { name: `the slowest of ${times.length}, ${files} files waiting`, value: Math.max(...times), unit: 'ms' },
  ];
}

/** Half of them are one person's; each person has one file. */
async function insertEmbedded(db: Db, chunks: number): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await sql`set local session_replication_role = replica`.execute(trx);
    await sql`
      insert into files (id, user_id, filename, content_type, size, source, status, generation)
      select md5('file ' || n)::uuid, md5(n::text)::uuid, 'a.txt', 'text/plain', 1, 'api', 'EMBEDDED', 1
      from generate_series(0, ${PEOPLE - 1}) as n
      on conflict do nothing`.execute(trx);
    await sql`
      insert into chunks (
        id, file_id, user_id, generation, chunk_index, page, char_start, char_end, heading_path, content, tokens,
        dense_vector, embedding_model
      )
      select gen_random_uuid(), md5('file ' || person)::uuid, md5(person::text)::uuid, 1, coalesce(was, 0) + n, 1, 0, 1,
        '[]', 'a', 1, '{1}', 'bench'
      from generate_series(1, ${chunks}::integer) as n,
        (select max(chunk_index) as was from chunks) as there,
        lateral (select case when n % 2 = 0 then 0 else n % ${sql.lit(PEOPLE)} end as person) as whose`.execute(trx);
  });
  await sql`analyze chunks`.execute(db);
}

async function measureBatches(db: Db, chunks: number): Promise<BenchRow> {
  const times: number[] = [];
  for (let batch = 0; batch < QUESTIONS; batch += 1) {
    const begun = performance.now();
    const leased = await leasePendingChunks(db, randomUUID(), { limit: 256, leaseSeconds: 0 });
    times.push(performance.now() - begun);
    if (leased.length === 0) throw new Error('nothing to publish although passages wait');
  }
  return { name: `a batch, ${chunks} passages to publish`, value: median(times), unit: 'ms' };
}
