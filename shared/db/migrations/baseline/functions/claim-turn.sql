-- Leases the row of a table of work whose turn it is: of the people of whom fewest are at work, the one who was served
-- longest ago, and of theirs the one that waits longest. One call changes one row of the line: a person of whom nothing is
-- due is put off, or taken out, and the caller looks again.
--
-- Made once for each table of work, as {name} for {table}: claim_turn for files, claim_turn_of_arrivals for arrivals. A row
-- of such a table has an id, an owner, a status, a generation, the time since when it is due, and a lease. Claims of a
-- stage go one after the other, a millisecond or so each, so that two never take the same turn.
--
-- {waiting}: conditions for rows that nobody has; those of a partial index, which is used only where they are repeated
-- {open}: conditions for rows that are to be worked on at all
create function {name}(of_stage text, new_holder uuid, lease_seconds double precision, most_of_one integer, of_file uuid)
returns table (
  owner uuid, file uuid, file_generation integer, alongside integer,
  look_again boolean, must_wait boolean, ready_in double precision
)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  moment timestamptz;
  later timestamptz;
begin
  look_again := false;
  must_wait := false;
  perform pg_advisory_xact_lock(hashtextextended('turns/' || of_stage, 0));
  moment := clock_timestamp();

  -- Somebody of whom nothing is at work: who has something is passed over, and they are fewer than the workers.
  select t.user_id, 0 into owner, alongside
  from turns t
  where t.stage = of_stage and t.at <= moment and not exists (
    select from {table} f
    where f.status = of_stage and f.user_id = t.user_id and f.lease_holder is not null and f.lease_expires_at > moment
  )
  order by t.at limit 1 for update of t;
  if owner is null then
    select t.user_id, w.files into owner, alongside
    from (
      select f.user_id, count(*)::integer as files from {table} f
      where f.status = of_stage and f.lease_holder is not null and f.lease_expires_at > moment
      group by f.user_id
    ) w join turns t on t.stage = of_stage and t.user_id = w.user_id and t.at <= moment
    where w.files < most_of_one
    order by w.files, t.at limit 1 for update of t;
  end if;

  if owner is null then
    -- People who have as many at work as one may have, and more.
    must_wait := exists (
      select from (
        select distinct f.user_id from {table} f
        where f.status = of_stage and f.lease_holder is not null and f.lease_expires_at > moment
      ) w join turns t on t.stage = of_stage and t.user_id = w.user_id and t.at <= moment
      where exists (
        select from {table} f
        where {waiting} and f.status = of_stage and f.user_id = w.user_id
          and f.due_at <= moment
      )
    );
    select extract(epoch from greatest(f.due_at, f.lease_expires_at) - moment) into ready_in
    from {table} f
    where f.id = of_file and f.status = of_stage and {open}
      and greatest(f.due_at, f.lease_expires_at) > moment;
    return next;
    return;
  end if;

  -- What a worker left that died goes first: it has waited for longer than a lease.
  select f.id, f.generation into file, file_generation from {table} f
  where f.status = of_stage and f.user_id = owner and f.lease_holder is not null and f.lease_expires_at <= moment
    and {open}
  limit 1 for update skip locked;
  if file is null then
    select f.id, f.generation into file, file_generation from {table} f
    where {waiting} and f.status = of_stage and f.user_id = owner and f.due_at <= moment
    order by f.due_at limit 1 for update skip locked;
  end if;

  if file is not null then
    update {table} f
    set lease_holder = new_holder, lease_expires_at = moment + make_interval(secs => lease_seconds), updated_at = now()
    where f.id = file;
    update turns t set at = clock_timestamp() where t.stage = of_stage and t.user_id = owner;
    return next;
    return;
  end if;

  look_again := true;
  select min(f.lease_expires_at) into later from {table} f
  where f.status = of_stage and f.user_id = owner and f.lease_holder is not null
    and {open};
  select least(later, (
    select f.due_at from {table} f
    where {waiting} and f.status = of_stage and f.user_id = owner
    order by f.due_at limit 1
  )) into later;
  if later is null then
    delete from turns t where t.stage = of_stage and t.user_id = owner;
  else
    -- Due already, and locked at this moment by something that changes it.
    must_wait := later <= moment;
    update turns t set at = greatest(later, moment + interval '0.2 s')
    where t.stage = of_stage and t.user_id = owner;
  end if;
  owner := null;
  return next;
end
$$;
