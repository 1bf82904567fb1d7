-- The lines that people stand in for work on what is theirs, and where upkeep has come to.

-- A line of people for each stage, in place of counting all that waits. People stand in it by when they were served last,
-- so that who is next is the first row of an index, at ten waiting files as at a million.
create table turns (
  -- the status in which files wait for it
  stage text not null,
  user_id uuid not null references users (id) on delete cascade,
  -- when they came or were served last; ahead while nothing of theirs is due
  at timestamptz not null,
  primary key (stage, user_id)
)
-- Every turn leaves a dead row and a dead entry at the head of the index.
with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
create index turns_next on turns (stage, at);

-- Objects that came into the incoming bucket wait for intake as files wait for their stages. A queue of events is a line of
-- objects; of people only a table can be one.
create table arrivals (
  id uuid primary key default gen_random_uuid(),
  object_key text not null unique,
  user_id uuid not null references users (id) on delete cascade,
  -- of the object that the newest event told of; null where the event did not say
  etag text,
  -- events that told of other bytes under this key
  generation integer not null default 0,
  -- the name of the line, as the status of a file is
  status text not null default 'ARRIVED' check (status = 'ARRIVED'),
  due_at timestamptz not null default now(),
  -- when somebody began with it last
  updated_at timestamptz not null default now(),
  -- failures of our parts, one after the other
  failures integer not null default 0,
  -- those of the failures that no outage explains, of these bytes
  faults integer not null default 0,
  -- begun and not ended in order, as in files
  attempts integer not null default 0,
  lease_holder uuid,
  lease_expires_at timestamptz
);
create index arrivals_due on arrivals (due_at);
create index arrivals_waiting on arrivals (status, user_id, due_at) where lease_holder is null;
create index arrivals_at_work on arrivals (status, user_id) where lease_holder is not null;

create table upkeep (
  name text primary key,
  -- since when there is something to do; null when there is nothing
  asked_at timestamptz,
  done_at timestamptz,
  -- what the statistics counted by then
  deleted_rows bigint,
  -- what was looked at last; null where the next run begins at the beginning
  place text
);
