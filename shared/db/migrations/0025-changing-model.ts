import { type Kysely, sql } from 'kysely';
import { createAcrossPeople } from './protect-table.ts';

/**
 * The index of texts can be filled anew by another model, beside the one that is searched. What is filled is noted a file,
 * by the number that an index gets each time its filling begins: notes about one that was dropped say nothing any more.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table embedding_indexes
      drop constraint embedding_indexes_state_check,
      add constraint embedding_indexes_state_check
        check (state in ('live', 'filling', 'retired', 'dropping', 'dropped')),
      add column id bigint generated always as identity,
      -- when it ceased to be searched
      add column retired_at timestamptz`.execute(db);
  await sql`
    alter table files
      add column refilled_index bigint,
      add column refilled_generation integer,
      -- passages that the model read the beginning of, because they are longer than its window
      add column refilled_cut integer`.execute(db);

  // A passage that this model embedded is in its index, unless that was dropped since and made anew.
  await createAcrossPeople(
    db,
    `files_to_refill(of_index bigint, of_model text, since timestamptz, after_owner uuid, after_file uuid, most integer)
     returns table (owner uuid, file uuid, passages bigint)`,
    `select f.user_id, f.id,
       (select count(*) from chunks c where c.file_id = f.id and c.generation = f.live_generation and c.chunk_index >= 0)
     from files f
     where f.deleted_at is null and f.duplicate_of is null and f.live_generation is not null
       and (f.user_id, f.id) > (after_owner, after_file)
       and not (f.refilled_index is not distinct from of_index and f.refilled_generation is not distinct from f.live_generation)
       and exists (
         select from chunks c
         where c.file_id = f.id and c.generation = f.live_generation
           and (c.embedding_model is distinct from of_model or f.ready_at < since)
       )
     order by f.user_id, f.id
     limit most`,
  );
  await createAcrossPeople(
    db,
    'count_searchable() returns table (files bigint, passages bigint)',
    `select count(distinct f.id), count(c.id)
     from files f
     left join chunks c on c.file_id = f.id and c.generation = f.live_generation and c.chunk_index >= 0
     where f.deleted_at is null and f.duplicate_of is null and f.live_generation is not null`,
  );
  await createAcrossPeople(
    db,
    'files_cut_short(of_index bigint) returns table (owner uuid, file uuid, passages integer, is_busy boolean)',
    `select user_id, id, refilled_cut, generation <> live_generation
     from files
     where refilled_cut > 0 and refilled_index = of_index and refilled_generation = live_generation
       and deleted_at is null and duplicate_of is null
     order by user_id, id`,
  );
  await createAcrossPeople(
    db,
    'count_unpublished(of_model text) returns bigint',
    `select count(*) from chunks
     where sync_status = 'PENDING' and dense_vector is not null and embedding_model = of_model`,
  );
}
