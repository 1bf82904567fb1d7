import { type Kysely, sql } from 'kysely';
import { ACROSS_ROLE } from '#shared/db/roles.ts';

/** What deletes across people takes nobody's word for whose: a person's log goes in their own name, networks by age. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`set local role ${sql.id(ACROSS_ROLE)}`.execute(db);
  await sql
    .raw(`
    create or replace function erase_audit_events(person uuid) returns void
    language plpgsql security definer set search_path = public, pg_temp as $$
    begin
      if person is distinct from nullif(current_setting('app.user_id', true), '')::uuid then
        raise exception 'a log is erased in the name of its person alone' using errcode = 'insufficient_privilege';
      end if;
      perform set_config('omnirag.audit_erasure', person::text, true);
      delete from audit_events where user_id = person;
      update audit_events set actor_id = null, address = null where actor_id = person;
      perform set_config('omnirag.audit_erasure', '', true);
    end $$`)
    .execute(db);
  // The product keeps them for 90 days; what asks for less would make every network a stranger's.
  await sql
    .raw(`
    create or replace function forget_networks(unused_since timestamptz) returns void
    language sql security definer set search_path = public, pg_temp as $$
      delete from familiar_networks where last_login_at < least(unused_since, now() - interval '89 days')
    $$`)
    .execute(db);
  await sql`reset role`.execute(db);
}
