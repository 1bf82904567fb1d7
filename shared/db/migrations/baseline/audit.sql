-- The log of who did what.

create table audit_events (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  action text not null,
  -- the account it is about; a login that no account has is about a person who is nobody, or no person's work could write it
  user_id uuid not null,
  -- who did it; null when nobody was signed in, or for the command line
  actor_id uuid,
  -- a file, where it is about one
  target_id uuid,
  address text,
  request_id text,
  details jsonb not null default '{}'
);
create index audit_events_person on audit_events (user_id, id);
create index audit_events_actor on audit_events (actor_id) where actor_id is not null;

-- Nothing changes or removes an event, whatever the role, except the erasure of the person it is about.
create function refuse_audit_change() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  erased text := current_setting('omnirag.audit_erasure', true);
begin
  if tg_op = 'DELETE' then
    if old.user_id::text = erased then return old; end if;
  elsif tg_op = 'UPDATE' then
    if old.actor_id::text = erased and to_jsonb(new) = to_jsonb(old) || '{"actor_id": null, "address": null}' then
      return new;
    end if;
  end if;
  raise exception 'audit_events is append-only' using errcode = 'insufficient_privilege';
end $$;
create trigger audit_events_append_only before update or delete on audit_events
for each row execute function refuse_audit_change();
create trigger audit_events_no_truncate before truncate on audit_events
for each statement execute function refuse_audit_change();
