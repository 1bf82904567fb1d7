-- Passages, which are the outbox as well, and what is known of the vector store.

create type sync_status as enum ('PENDING', 'SYNCED', 'FAILED');

-- The picture of a page is a row of its own, without text: its index is the page's number below zero, its vector the picture
-- model's.
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
  -- ISO 639-1, null where it could not be told
  language text,
  -- Where it stands, told once, when the chunk is cut: a search would otherwise read every word box of a page for one hit.
  location jsonb,
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
);
-- Vectors stay for seconds, until they are published; the passages stay. So vectors are kept out of the rows, as they
-- are, since floats do not compress; the text stays within. Each row is written three times (passage, vectors, published):
-- the room left in its page takes the second and the third, and the space of those before is used again there.
alter table chunks
  alter column dense_vector set storage external,
  alter column sparse_indices set storage external,
  alter column sparse_values set storage external,
  alter column content set storage main,
  set (toast_tuple_target = 256, fillfactor = 50);
-- Of what waits to be published; by person, so that people take turns (see functions/claim-pending-chunks.sql).
create index chunks_outbox_by_person on chunks (user_id, next_attempt_at)
where sync_status = 'PENDING' and dense_vector is not null;
-- Whether a person has pictures decides what a search asks.
create index chunks_pictures on chunks (user_id) where chunk_index < 0;

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
);
create index tombstones_person on tombstones (user_id);
create index tombstones_due on tombstones (not_before);
create index tombstones_file on tombstones (file_id);

-- What publishers sent to the vector store, or are about to, from before they do until they know that it stands: one that
-- stood still for longer than its lease may bring back points whose tombstone was carried out meanwhile. They outlive the
-- file, so no foreign keys.
create table sendings (
  id bigint generated always as identity primary key,
  user_id uuid not null,
  file_id uuid not null,
  generation integer not null,
  holder uuid not null,
  -- when somebody else looks whether what was sent may stay
  due_at timestamptz not null,
  unique (holder, file_id, generation)
);
create index sendings_due on sendings (due_at);
create index sendings_person on sendings (user_id);

create table embedding_indexes (
  -- another one each time the filling of an index begins
  id bigint generated always as identity,
  kind text not null default 'text' check (kind in ('text', 'image')),
  model text not null,
  dimensions integer not null,
  state text not null check (state in ('live', 'filling', 'retired', 'dropping', 'dropped')),
  -- when it ceased to be searched
  retired_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (kind, model)
);
create unique index embedding_indexes_live on embedding_indexes (kind) where state = 'live';
