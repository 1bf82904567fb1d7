-- Puts a person into the line of a stage, or forward in it.
--
-- Runs when the transaction ends, as its last lock, so that it can't be part of a deadlock. The lock on a row that is there
-- is shared by all that come, and waited for by whoever finds nothing left to do and takes the person out of the line: they
-- look again at what was committed by then.
create function stand_in_line() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  due timestamptz := greatest(new.due_at, clock_timestamp());
begin
  loop
    insert into turns (stage, user_id, at) values (new.status, new.user_id, due) on conflict do nothing;
    exit when found;
    perform from turns where stage = new.status and user_id = new.user_id and at <= due for key share;
    exit when found;
    update turns set at = due where stage = new.status and user_id = new.user_id and at > due;
    exit when found;
  end loop;
  return null;
end
$$;
