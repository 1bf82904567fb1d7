create function owner_of_drive_state(hash bytea) returns uuid
language sql security definer set search_path = public, pg_temp as $$
  select user_id from drive_states where state_hash = hash
$$;

-- Those who disconnected and whose files are still to be removed count as due.
create function due_drives() returns table (owner uuid)
language sql security definer set search_path = public, pg_temp as $$
  select user_id from drive_connections
  where status = 'CONNECTED' and next_attempt_at <= now() and (lease_expires_at is null or lease_expires_at < now())
  union
  select distinct user_id from drive_items items
  where not exists (select from drive_connections where user_id = items.user_id)
$$;
