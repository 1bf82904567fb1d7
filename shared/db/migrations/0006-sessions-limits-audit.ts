import { type Kysely, sql } from 'kysely';

/** Sessions that end at once, accounts that can be disabled, what limits count, and the log of who did what. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table users add column disabled_at timestamptz`.execute(db);

  // One row a login; access and refresh tokens name it and are worth nothing without it.
  await sql`
    create table sessions (
      id uuid primary key,
      user_id uuid not null references users (id) on delete cascade,
      created_at timestamptz not null default now()
    )`.execute(db);
  await sql`create index sessions_user on sessions (user_id)`.execute(db);
  await sql`
    delete from refresh_tokens as token using refresh_tokens as revoked
    where revoked.family_id = token.family_id and revoked.revoked_at is not null`.execute(db);
  await sql`
    insert into sessions (id, user_id)
    select distinct on (family_id) family_id, user_id from refresh_tokens order by family_id`.execute(db);
  await sql`
    alter table refresh_tokens
      drop column revoked_at,
      add foreign key (family_id) references sessions (id) on delete cascade`.execute(db);
  await sql`create index refresh_tokens_expiry on refresh_tokens (expires_at)`.execute(db);

  await sql`
    create table rate_limits (
      key text primary key,
      -- when all of the allowance will be there again; how much is taken now follows from it
      full_at timestamptz not null
    )`.execute(db);
  await sql`create index rate_limits_full on rate_limits (full_at)`.execute(db);

  // Where a person has signed in from before: there a stranger's failures do not count against them.
  await sql`
    create table familiar_networks (
      user_id uuid not null references users (id) on delete cascade,
      network text not null,
      last_login_at timestamptz not null,
      primary key (user_id, network)
    )`.execute(db);

  await sql`
    create table audit_events (
      id bigint generated always as identity primary key,
      at timestamptz not null default clock_timestamp(),
      action text not null,
      -- the account it is about; null for a login that no account has
      user_id uuid,
      -- who did it; null when nobody was signed in, or for the command line
      actor_id uuid,
      -- a file, where it is about one
      target_id uuid,
      address text,
      request_id text,
      details jsonb not null default '{}'
    )`.execute(db);
  await sql`create index audit_events_person on audit_events (user_id, id)`.execute(db);
  await sql`create index audit_events_actor on audit_events (actor_id) where actor_id is not null`.execute(db);
  await appendOnly(db);
}

/** Nothing changes or removes an event, whatever the role, except the erasure of the person it is about. */
async function appendOnly(db: Kysely<unknown>): Promise<void> {
  await sql`
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
    end $$`.execute(db);
  await sql`
    create trigger audit_events_append_only before update or delete on audit_events
    for each row execute function refuse_audit_change()`.execute(db);
  await sql`
    create trigger audit_events_no_truncate before truncate on audit_events
    for each statement execute function refuse_audit_change()`.execute(db);
  // Deletes what is about a person, and takes them out of what they did to others.
  await sql
    .raw(`
    create function erase_audit_events(person uuid) returns void
    language plpgsql security definer set search_path = public, pg_temp as $$
    begin
      perform set_config('omnirag.audit_erasure', person::text, true);
      delete from audit_events where user_id = person;
      update audit_events set actor_id = null, address = null where actor_id = person;
      perform set_config('omnirag.audit_erasure', '', true);
    end $$`)
    .execute(db);
}
