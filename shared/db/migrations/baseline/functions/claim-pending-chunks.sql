-- Leases passages to publish. People take turns here, too: a batch takes a quarter of its room from each of them, round and
-- round by their ids, and what is left over goes to those who have more. A line kept by a trigger, as the stages have it,
-- would cost each passage that is written; walking an index from person to person costs a look a person, whatever they have
-- waiting.
create function claim_pending_chunks(new_holder uuid, most integer, lease_seconds double precision)
returns table (owner uuid, chunk uuid)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  nobody constant uuid := '00000000-0000-0000-0000-000000000000';
  moment timestamptz;
  begun uuid;
  behind uuid;
  person uuid;
  served uuid;
  with_more uuid[] := '{}';
  is_round boolean := false;
  room integer := most;
  share integer := greatest(1, most / 4);
  taken integer;
begin
  perform pg_advisory_xact_lock(hashtextextended('turns/publish', 0));
  moment := clock_timestamp();
  select u.place::uuid into begun from upkeep u where u.name = 'publish';
  begun := coalesce(begun, nobody);
  behind := begun;
  loop
    select c.user_id into person from chunks c
    where c.sync_status = 'PENDING' and c.dense_vector is not null and c.user_id > behind
    order by c.user_id limit 1;
    exit when is_round and (person is null or person > begun);
    if person is null then
      is_round := true;
      behind := nobody;
    else
      behind := person;
      return query
      with due as (
        select c.id
        from chunks c
        join files f on f.id = c.file_id
        where c.user_id = person and c.sync_status = 'PENDING' and c.dense_vector is not null
          and c.next_attempt_at <= moment
          and (c.lease_expires_at is null or c.lease_expires_at < moment)
          and f.deleted_at is null and f.generation = c.generation and f.status <> 'FAILED'
        order by c.next_attempt_at
        limit least(share, room)
        for update of c skip locked
      )
      update chunks c
      set lease_holder = new_holder, lease_expires_at = moment + make_interval(secs => lease_seconds)
      from due
      where c.id = due.id
      returning c.user_id, c.id;
      get diagnostics taken = row_count;
      room := room - taken;
      if taken > 0 then served := person; end if;
      if taken = share then with_more := with_more || person; end if;
      exit when room = 0;
    end if;
  end loop;

  share := most;
  foreach person in array with_more loop
    exit when room = 0;
    return query
    with due as (
      select c.id
      from chunks c
      join files f on f.id = c.file_id
      where c.user_id = person and c.sync_status = 'PENDING' and c.dense_vector is not null
        and c.next_attempt_at <= moment
        and (c.lease_expires_at is null or c.lease_expires_at < moment)
        and f.deleted_at is null and f.generation = c.generation and f.status <> 'FAILED'
      order by c.next_attempt_at
      limit least(share, room)
      for update of c skip locked
    )
    update chunks c
    set lease_holder = new_holder, lease_expires_at = moment + make_interval(secs => lease_seconds)
    from due
    where c.id = due.id
    returning c.user_id, c.id;
    get diagnostics taken = row_count;
    room := room - taken;
    -- The next round begins behind whoever got what was left over, so that it goes round as well.
    if taken > 0 then served := person; end if;
  end loop;

  if served is not null then
    -- A part of the id is place enough, and says nothing of an account that is erased later.
    insert into upkeep as u (name, place)
    values ('publish', left(served::text, 8) || '-ffff-ffff-ffff-ffffffffffff')
    on conflict (name) do update set place = excluded.place;
  end if;
end
$$;
