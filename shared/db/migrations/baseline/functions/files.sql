-- Files on their way through the stages, and their objects.

create function owner_of_file(file uuid) returns uuid
language sql security definer set search_path = public, pg_temp as $$
  select user_id from files where id = file
$$;

-- Each is touched, so that it is not found again at once.
create function touch_stalled_files(of_status text, still_for_seconds double precision, most integer)
returns table (file uuid, file_generation integer)
language sql security definer set search_path = public, pg_temp as $$
  update files set updated_at = now()
  where id in (
    select id from files
    where status = of_status and duplicate_of is null and deleted_at is null
      and updated_at < now() - make_interval(secs => still_for_seconds)
    order by updated_at
    limit most
    for update skip locked
  )
  returning id, generation
$$;

create function expired_uploads(most integer) returns table (owner uuid, file uuid)
language sql security definer set search_path = public, pg_temp as $$
  select user_id, file_id from uploads where expires_at < now() order by expires_at limit most
$$;

-- The end of a lease in milliseconds, as clients hold times: it tells one lease from another.
create function claim_loose_objects(most integer, lease_seconds double precision) returns table (owner uuid, object bigint)
language sql security definer set search_path = public, pg_temp as $$
  update loose_objects
  set given_up = true, due_at = date_trunc('milliseconds', now() + make_interval(secs => lease_seconds))
  where id in (
    select id from loose_objects where due_at <= now() order by due_at limit most for update skip locked
  )
  returning user_id, id
$$;

-- For when all workers are known to be gone and no file is to blame: how many were under way.
create function forgive_attempts() returns bigint
language sql security definer set search_path = public, pg_temp as $$
  with files_forgiven as (
    update files
    set attempts = greatest(attempts - 1, 0), lease_holder = null, lease_expires_at = null
    where id in (
      select id from files where lease_holder is not null and deleted_at is null for update skip locked
    )
    returning id
  ),
  arrivals_forgiven as (
    update arrivals
    set attempts = greatest(attempts - 1, 0), lease_holder = null, lease_expires_at = null
    where id in (select id from arrivals where lease_holder is not null for update skip locked)
    returning id
  )
  select (select count(*) from files_forgiven) + (select count(*) from arrivals_forgiven)
$$;

-- Of these keys the places of those that stand in the line already.
create function arrived_objects(keys text[]) returns table (place integer)
language sql security definer set search_path = public, pg_temp as $$
  select o.place::integer from unnest(keys) with ordinality as o (key, place) join arrivals a on a.object_key = o.key
$$;

create function stalled_arrivals(still_for_seconds double precision, most integer) returns table (arrival uuid)
language sql security definer set search_path = public, pg_temp as $$
  select id from arrivals
  where due_at < now() - make_interval(secs => still_for_seconds)
    and (lease_holder is null or lease_expires_at < now())
  order by due_at limit most
$$;
