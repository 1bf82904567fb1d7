import { type Kysely, sql } from 'kysely';

/** Files that come out of other files. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table files
      -- the archive or mail it came out of
      add column parent_id uuid references files (id) on delete set null,
      -- the generation of the parent that last held it: an older one is gone from there
      add column parent_generation integer,
      add column path_in_parent text,
      -- the topmost of its parents, whose tree is counted together; no reference, for it says only who belongs together
      add column root_id uuid,
      add column depth integer not null default 0`.execute(db);
  await sql`create index files_children on files (parent_id) where parent_id is not null`.execute(db);
  await sql`create index files_tree on files (root_id) where root_id is not null and deleted_at is null`.execute(db);
}
