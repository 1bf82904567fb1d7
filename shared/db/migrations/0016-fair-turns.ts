import type { Kysely } from 'kysely';
import { createAcrossPeople } from './protect-table.ts';

/**
 * How many files of a file's owner are at work in a stage, and a file of somebody else that waits there although fewer
 * of theirs are. One that was begun or has failed before is left to its own message, which knows when it is due.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createAcrossPeople(
    db,
    'fair_turn(of_file uuid, of_status text) returns table (running integer, other uuid, other_generation integer)',
    `with unfinished as (
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
     ) as waiting on true`,
  );
}
