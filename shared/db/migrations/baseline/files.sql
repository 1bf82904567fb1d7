-- Files: what people store, its uploads and objects, and the text that was read from it.

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
  warnings jsonb not null default '[]',
  generation integer not null default 0,
  -- the generation that search sees; moves when a file becomes READY
  live_generation integer,
  -- the generation whose bytes are stored: reprocessing makes a new generation of the same bytes
  content_generation integer,
  -- the object in the storage bucket that holds them
  content_key text,
  -- Until its newer bytes are READY, a file is found by what it held before, which another file may hold by then.
  former_sha256 text,
  duplicate_of uuid references files (id),

  -- the archive or mail it came out of
  parent_id uuid references files (id) on delete set null,
  -- the generation of the parent that last held it: an older one is gone from there
  parent_generation integer,
  path_in_parent text,
  -- the topmost of its parents, whose tree is counted together; no reference, for it says only who belongs together
  root_id uuid,
  depth integer not null default 0,

  pages integer,
  pages_done integer not null default 0,
  pages_chunked integer not null default 0,
  -- the chunker's state between two windows of pages; null before the first
  chunker_state jsonb,
  chunks integer not null default 0,
  chunks_embedded integer not null default 0,
  chunks_synced integer not null default 0,
  -- of pages that have a vector, and those of them that are published
  pictures integer not null default 0,
  pictures_synced integer not null default 0,
  language text,
  -- The index of texts can be filled anew by another model, beside the one that is searched. What is filled is noted a
  -- file, by the number that an index gets each time its filling begins: notes about one that was dropped say nothing
  -- any more.
  backfilled_index bigint,
  backfilled_generation integer,
  -- passages that the model read the beginning of, because they are longer than its window
  backfilled_cut integer,

  -- unexpected failures of this generation that the code recorded
  failures integer not null default 0,
  -- Begun on the present stage and not ended in order: by one that is under way, and by those that died. What kills its
  -- worker leaves no failure behind that our code could have recorded: what remains is an attempt that nobody ended.
  attempts integer not null default 0,
  -- since when it waits in its stage, which is the order of one person's files; ahead after a failure
  due_at timestamptz not null default now(),
  -- who works on the present stage, so that a second delivery of a message waits
  lease_holder uuid,
  lease_expires_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  ready_at timestamptz,
  deleted_at timestamptz
);
create index files_of_person on files (user_id, created_at desc, id desc) where deleted_at is null;
create unique index files_external_id on files (user_id, source, external_id)
where external_id is not null and deleted_at is null;
create index files_same_bytes on files (user_id, sha256) where deleted_at is null;
create index files_former on files (user_id, former_sha256) where former_sha256 is not null;
-- Search leaves out what is being published and not live yet: few of a person's files at any time.
create index files_not_live on files (user_id)
where deleted_at is null and duplicate_of is null and generation is distinct from live_generation;
create index files_duplicates on files (duplicate_of) where duplicate_of is not null;
create index files_children on files (parent_id) where parent_id is not null;
create index files_tree on files (root_id) where root_id is not null and deleted_at is null;
create index files_unfinished on files (updated_at) where status not in ('READY', 'FAILED') and deleted_at is null;
-- Who is at work: as many rows as there are workers, however many files wait.
create index files_at_work on files (status, user_id) where lease_holder is not null;
-- What waits for a worker, whatever the stage; claim_turn repeats the condition, and so does the trigger in turns.sql.
create index files_waiting on files (status, user_id, due_at)
where lease_holder is null and status in ('STORED', 'EXTRACTED', 'CHUNKED') and deleted_at is null and duplicate_of is null;

create table uploads (
  file_id uuid primary key references files (id) on delete cascade,
  user_id uuid not null references users (id) on delete cascade,
  object_key text not null,
  -- of a dropped object: a second event for it finds the upload the first one opened
  object_etag text,
  -- two drops of the same bytes under one name differ in it
  object_modified timestamptz,
  filename text not null,
  content_type text not null,
  size bigint not null,
  sha256 text,
  multipart_id text,
  part_size bigint,
  expires_at timestamptz not null,
  created_at timestamptz not null default now()
);
create index uploads_expiry on uploads (expires_at);

-- Objects that no file and no open upload owns: those that are being written, and those that are to be removed. With this
-- every object has a row from before it is there until after it is gone. An erased account's are known until they are
-- gone, so no foreign key.
create table loose_objects (
  id bigint generated always as identity primary key,
  user_id uuid not null,
  file_id uuid,
  bucket text not null check (bucket in ('incoming', 'storage')),
  object_key text not null,
  -- of a dropped object, whose key is not its own: only this one is to be removed
  object_etag text,
  object_modified timestamptz,
  -- bytes that count towards the person's room until they are removed
  size bigint not null default 0,
  -- when it is removed; until then its writer may make it a file's own
  due_at timestamptz not null,
  -- removed again then, because what was under way may land late; the row goes with it
  last_at timestamptz not null,
  -- its removal has begun: nobody can make it a file's own any more
  given_up boolean not null default false,
  unique (bucket, object_key)
);
create index loose_objects_due on loose_objects (due_at);
create index loose_objects_person on loose_objects (user_id, file_id);

create table pages (
  file_id uuid not null references files (id) on delete cascade,
  generation integer not null,
  number integer not null,
  user_id uuid not null references users (id) on delete cascade,
  text text not null,
  headings jsonb not null,
  -- where the page's text begins in the whole document, for formats without real pages
  char_offset integer not null,
  -- what the text of a page belongs to: a slide, rows of a sheet, seconds, boxes of words
  place jsonb,
  -- the object with the small copy of what the page shows; null for pages that are no pictures
  picture_key text,
  primary key (file_id, generation, number)
);
create index pages_pictures on pages (file_id, generation) where picture_key is not null;
