import { type Kysely, sql } from 'kysely';
import { createAcrossPeople, protectTable } from './protect-table.ts';

/**
 * Objects that no file and no open upload owns: those that are being written, and those that are to be removed. With this
 * every object has a row from before it is there until after it is gone.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  // An erased account's are known until they are gone, so no foreign key.
  await sql`
    create table loose_objects (
      id bigint generated always as identity primary key,
      user_id uuid not null,
      file_id uuid,
      bucket text not null check (bucket in ('incoming', 'storage')),
      object_key text not null,
      -- of a dropped object, whose key is not its own: only this one is to be removed
      object_etag text,
      object_modified timestamptz,
      -- bytes that count towards the person's room until they are removed
      size bigint not null default 0,
      -- when it is removed; until then its writer may make it a file's own
      due_at timestamptz not null,
      -- removed again then, because what was under way may land late; the row goes with it
      last_at timestamptz not null,
      -- its removal has begun: nobody can make it a file's own any more
      given_up boolean not null default false,
      unique (bucket, object_key)
    )`.execute(db);
  await protectTable(db, 'loose_objects');
  await sql`create index loose_objects_due on loose_objects (due_at)`.execute(db);
  await sql`create index loose_objects_person on loose_objects (user_id, file_id)`.execute(db);
  // Two drops of the same bytes under one name differ in it.
  await sql`alter table uploads add column object_modified timestamptz`.execute(db);
  // The end of a lease in milliseconds, as clients hold times: it tells one lease from another.
  await createAcrossPeople(
    db,
    'claim_loose_objects(most integer, lease_seconds double precision) returns table (owner uuid, object bigint)',
    `update loose_objects
     set given_up = true, due_at = date_trunc('milliseconds', now() + make_interval(secs => lease_seconds))
     where id in (
       select id from loose_objects where due_at <= now() order by due_at limit most for update skip locked
     )
     returning user_id, id`,
  );
}
