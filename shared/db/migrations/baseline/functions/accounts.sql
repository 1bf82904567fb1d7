-- Accounts and the log of what is done with them.

-- A user name cannot hold an @, so no login names two people.
create function account_of_login(login text) returns uuid
language sql security definer set search_path = public, pg_temp as $$
  select id from users
  where (login like '%@%' and lower(email) = lower(login))
    or (login not like '%@%' and lower(username) = lower(login))
$$;

create function owner_of_refresh_token(hash bytea) returns uuid
language sql security definer set search_path = public, pg_temp as $$
  select user_id from refresh_tokens where token_hash = hash
$$;

-- A cursor holds milliseconds, the column microseconds.
create function list_accounts(part text, after_time timestamptz, after_id uuid, most integer) returns table (owner uuid)
language sql security definer set search_path = public, pg_temp as $$
  select id from users
  where (part = '' or position(lower(part) in lower(email)) > 0 or position(lower(part) in lower(username)) > 0)
    and (after_time is null or (date_trunc('milliseconds', created_at), id) < (after_time, after_id))
  order by date_trunc('milliseconds', created_at) desc, id desc
  limit most
$$;

create function lock_admins() returns table (owner uuid)
language sql security definer set search_path = public, pg_temp as $$
  select id from users where role = 'admin' and disabled_at is null order by id for update
$$;

create function delete_expired_sessions() returns void
language sql security definer set search_path = public, pg_temp as $$
  delete from refresh_tokens where expires_at < now();
  delete from sessions s
  where expires_at < now()
    or (created_at < now() - interval '1 day' and not exists (select from refresh_tokens t where t.family_id = s.id))
$$;

-- The product keeps them for 90 days; what asks for less would make every network a stranger's.
create function forget_networks(unused_since timestamptz) returns void
language sql security definer set search_path = public, pg_temp as $$
  delete from familiar_networks where last_login_at < least(unused_since, now() - interval '89 days')
$$;

create function due_notices(most integer, most_attempts integer) returns table (owner uuid, notice uuid)
language sql security definer set search_path = public, pg_temp as $$
  select user_id, id from notices
  where sent_at is null and attempts < most_attempts and next_attempt_at <= now()
  order by next_attempt_at limit most
$$;

create function forget_notices(created_before timestamptz) returns void
language sql security definer set search_path = public, pg_temp as $$
  delete from notices where created_at < least(created_before, now() - interval '89 days')
$$;

create function list_audit_events(of_person uuid, of_action text, before_event bigint, most integer)
returns table (event bigint, owner uuid)
language sql security definer set search_path = public, pg_temp as $$
  select id, user_id from audit_events
  where (of_person is null or user_id = of_person) and (of_action is null or action = of_action)
    and (before_event is null or id < before_event)
  order by id desc
  limit most
$$;

-- Deletes what is about a person, and takes them out of what they did to others. What deletes across people takes nobody's
-- word for whose: a person's log goes in their own name.
create function erase_audit_events(person uuid) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if person is distinct from nullif(current_setting('app.user_id', true), '')::uuid then
    raise exception 'a log is erased in the name of its person alone' using errcode = 'insufficient_privilege';
  end if;
  perform set_config('omnirag.audit_erasure', person::text, true);
  delete from audit_events where user_id = person;
  update audit_events set actor_id = null, address = null where actor_id = person;
  perform set_config('omnirag.audit_erasure', '', true);
end
$$;

create function due_erasures(most integer) returns table (owner uuid)
language sql security definer set search_path = public, pg_temp as $$
  select user_id from erasures where not_before <= now() order by not_before limit most
$$;

create function due_exports(most integer) returns table (owner uuid)
language sql security definer set search_path = public, pg_temp as $$
  select user_id from exports
  where status = 'PENDING' and coalesce(lease_expires_at, requested_at + interval '30 seconds') < now()
  order by requested_at limit most
$$;

create function expired_exports(most integer) returns table (owner uuid)
language sql security definer set search_path = public, pg_temp as $$
  select user_id from exports where expires_at < now() order by expires_at limit most
$$;

-- For when all workers are known to be gone and no archive is to blame: how many were under way.
create function forgive_exports() returns bigint
language sql security definer set search_path = public, pg_temp as $$
  with gone as (
    update exports set forgiven = least(forgiven + 1, attempts), building = false, lease_expires_at = null
    where building
    returning user_id
  )
  select count(*) from gone
$$;
