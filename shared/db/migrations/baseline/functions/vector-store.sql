-- What is, or is to be, in the vector store, by which model.

create function claim_tombstones(most integer, lease_seconds double precision) returns table (owner uuid, tombstone bigint)
language sql security definer set search_path = public, pg_temp as $$
  update tombstones set not_before = now() + make_interval(secs => lease_seconds)
  where id in (
    select id from tombstones where not_before <= now() order by not_before limit most for update skip locked
  )
  returning user_id, id
$$;

create function claim_sendings(most integer, lease_seconds double precision) returns table (owner uuid, sending bigint)
language sql security definer set search_path = public, pg_temp as $$
  update sendings set due_at = now() + make_interval(secs => lease_seconds)
  where id in (
    select id from sendings where due_at <= now() order by due_at limit most for update skip locked
  )
  returning user_id, id
$$;

create function outbox_depth()
returns table (pending integer, failed integer, tombstones integer, oldest_seconds double precision)
language sql security definer set search_path = public, pg_temp as $$
  select
    (select count(*)::int from chunks where sync_status = 'PENDING' and dense_vector is not null),
    (select count(*)::int from chunks where sync_status = 'FAILED'),
    (select count(*)::int from tombstones),
    (select extract(epoch from now() - min(next_attempt_at))::float8 from chunks
     where sync_status = 'PENDING' and dense_vector is not null)
$$;

create function synced_chunks_by_person(most integer) returns table (owner uuid, chunks bigint)
language sql security definer set search_path = public, pg_temp as $$
  select user_id, count(*) from chunks where sync_status = 'SYNCED' group by user_id limit most
$$;

create function count_unpublished(of_model text) returns bigint
language sql security definer set search_path = public, pg_temp as $$
  select count(*) from chunks
  where sync_status = 'PENDING' and dense_vector is not null and embedding_model = of_model
$$;

-- A passage that this model embedded is in its index, unless that was dropped since and made anew.
create function files_to_backfill(of_index bigint, of_model text, since timestamptz, after_owner uuid, after_file uuid, most integer)
returns table (owner uuid, file uuid, passages bigint)
language sql security definer set search_path = public, pg_temp as $$
  select f.user_id, f.id,
    (select count(*) from chunks c where c.file_id = f.id and c.generation = f.live_generation and c.chunk_index >= 0)
  from files f
  where f.deleted_at is null and f.duplicate_of is null and f.live_generation is not null
    and (f.user_id, f.id) > (after_owner, after_file)
    and not (f.backfilled_index is not distinct from of_index and f.backfilled_generation is not distinct from f.live_generation)
    and exists (
      select from chunks c
      where c.file_id = f.id and c.generation = f.live_generation
        and (c.embedding_model is distinct from of_model or f.ready_at < since)
    )
  order by f.user_id, f.id
  limit most
$$;

create function files_cut_short(of_index bigint) returns table (owner uuid, file uuid, passages integer, is_busy boolean)
language sql security definer set search_path = public, pg_temp as $$
  select user_id, id, backfilled_cut, generation <> live_generation
  from files
  where backfilled_cut > 0 and backfilled_index = of_index and backfilled_generation = live_generation
    and deleted_at is null and duplicate_of is null
  order by user_id, id
$$;

create function count_searchable() returns table (files bigint, passages bigint)
language sql security definer set search_path = public, pg_temp as $$
  select count(distinct f.id), count(c.id)
  from files f
  left join chunks c on c.file_id = f.id and c.generation = f.live_generation and c.chunk_index >= 0
  where f.deleted_at is null and f.duplicate_of is null and f.live_generation is not null
$$;
