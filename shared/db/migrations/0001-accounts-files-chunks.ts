import { type Kysely, sql } from 'kysely';

/** Accounts, files, what is derived from them, and the outbox. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table users (
      id uuid primary key,
      email text not null,
      username text not null,
      password_hash text not null,
      role text not null default 'user' check (role in ('user', 'admin')),
      -- rises with every visible change of the person's files; cache keys carry it
      index_version bigint not null default 0,
      created_at timestamptz not null default now()
    )`.execute(db);
  await sql`create unique index users_email on users (lower(email))`.execute(db);
  await sql`create unique index users_username on users (lower(username))`.execute(db);

  await sql`
    create table refresh_tokens (
      token_hash bytea primary key,
      user_id uuid not null references users (id) on delete cascade,
      -- all tokens that descend from one login; reuse of a spent one revokes them together
      family_id uuid not null,
      expires_at timestamptz not null,
      used_at timestamptz,
      revoked_at timestamptz
    )`.execute(db);
  await sql`create index refresh_tokens_family on refresh_tokens (family_id)`.execute(db);
  await sql`create index refresh_tokens_user on refresh_tokens (user_id)`.execute(db);

  await sql`
    create table files (
      id uuid primary key,
      user_id uuid not null references users (id) on delete cascade,
      filename text not null,
      content_type text not null,
      size bigint not null,
      sha256 text,
      source text not null check (source in ('api', 'bucket', 'watch', 'drive')),
      -- what the source calls the file; the same one with new bytes is the next generation
      external_id text,
      idempotency_hash text,
      status text not null
        check (status in ('UPLOADING', 'STORED', 'EXTRACTED', 'CHUNKED', 'EMBEDDED', 'READY', 'FAILED')),
      error_code text,
      error_message text,
      generation integer not null default 0,
      -- the generation that search sees; moves when a file becomes READY
      live_generation integer,
      -- the generation whose bytes are stored: reprocessing makes a new generation of the same bytes
      content_generation integer,
      -- the object in the storage bucket that holds them
      content_key text,
      pages integer,
      pages_done integer not null default 0,
      pages_chunked integer not null default 0,
      -- the chunker's state between two windows of pages; null before the first
      chunker_state jsonb,
      chunks integer not null default 0,
      chunks_embedded integer not null default 0,
      chunks_synced integer not null default 0,
      language text,
      warnings jsonb not null default '[]',
      duplicate_of uuid references files (id),
      -- unexpected failures of this generation that the code recorded
      failures integer not null default 0,
      -- who works on the present stage, so that a second delivery of a message waits
      lease_holder uuid,
      lease_expires_at timestamptz,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      ready_at timestamptz,
      deleted_at timestamptz
    )`.execute(db);
  await sql`create index files_of_person on files (user_id, created_at desc, id desc) where deleted_at is null`.execute(
    db,
  );
  await sql`
    create unique index files_external_id on files (user_id, source, external_id)
    where external_id is not null and deleted_at is null`.execute(db);
  await sql`create index files_same_bytes on files (user_id, sha256) where deleted_at is null`.execute(db);
  // Search leaves out what is being published and not live yet: few of a person's files at any time.
  await sql`
    create index files_not_live on files (user_id)
    where deleted_at is null and duplicate_of is null and generation is distinct from live_generation`.execute(db);
  await sql`create index files_duplicates on files (duplicate_of) where duplicate_of is not null`.execute(db);
  await sql`
    create index files_unfinished on files (updated_at)
    where status not in ('READY', 'FAILED') and deleted_at is null`.execute(db);

  await sql`
    create table uploads (
      file_id uuid primary key references files (id) on delete cascade,
      user_id uuid not null references users (id) on delete cascade,
      object_key text not null,
      -- of a dropped object: a second event for it finds the upload the first one opened
      object_etag text,
      filename text not null,
      content_type text not null,
      size bigint not null,
      sha256 text,
      multipart_id text,
      part_size bigint,
      expires_at timestamptz not null,
      created_at timestamptz not null default now()
    )`.execute(db);
  await sql`create index uploads_expiry on uploads (expires_at)`.execute(db);

  await sql`
    create table pages (
      file_id uuid not null references files (id) on delete cascade,
      generation integer not null,
      number integer not null,
      user_id uuid not null references users (id) on delete cascade,
      text text not null,
      headings jsonb not null,
      -- where the page's text begins in the whole document, for formats without real pages
      char_offset integer not null,
      primary key (file_id, generation, number)
    )`.execute(db);

  await sql`create type sync_status as enum ('PENDING', 'SYNCED', 'FAILED')`.execute(db);
  await sql`
    create table chunks (
      id uuid primary key,
      user_id uuid not null references users (id) on delete cascade,
      file_id uuid not null references files (id) on delete cascade,
      generation integer not null,
      chunk_index integer not null,
      page integer not null,
      -- in the page's text; where formats have no real pages, in the whole text. Kept here, not joined from pages: just
      -- after a bulk insert, without statistics, that join took 4.3 s for 30 chunks of 4,000
      char_start integer not null,
      char_end integer not null,
      heading_path jsonb not null,
      content text not null,
      tokens integer not null,
      sync_status sync_status not null default 'PENDING',
      dense_vector real[],
      sparse_indices integer[],
      sparse_values real[],
      qdrant_id uuid,
      embedding_model text,
      attempts integer not null default 0,
      next_attempt_at timestamptz not null default now(),
      lease_holder uuid,
      lease_expires_at timestamptz,
      last_error text,
      unique (file_id, generation, chunk_index)
    )`.execute(db);
  await sql`
    create index chunks_outbox on chunks (next_attempt_at)
    where sync_status = 'PENDING' and dense_vector is not null`.execute(db);

  await sql`
    create table tombstones (
      id bigint generated always as identity primary key,
      user_id uuid not null,
      file_id uuid not null,
      up_to_generation integer not null,
      -- deletions done so far; the second, one client time limit later, catches an upsert that landed late
      passes integer not null default 0,
      not_before timestamptz not null default now(),
      attempts integer not null default 0,
      created_at timestamptz not null default now()
    )`.execute(db);
  await sql`create index tombstones_person on tombstones (user_id)`.execute(db);
  await sql`create index tombstones_due on tombstones (not_before)`.execute(db);
  await sql`create index tombstones_file on tombstones (file_id)`.execute(db);

  await sql`
    create table embedding_indexes (
      model text primary key,
      dimensions integer not null,
      state text not null check (state in ('live', 'filling')),
      created_at timestamptz not null default now()
    )`.execute(db);
  await sql`create unique index embedding_indexes_live on embedding_indexes (state) where state = 'live'`.execute(db);
}
