-- People's Google Drives: the consent, where the sync stands, and what is in them.

create table drive_connections (
  user_id uuid primary key references users (id) on delete cascade,
  -- of this consent: work that began under an earlier one finds another id and stops
  id uuid not null unique,
  account text not null,
  status text not null check (status in ('CONNECTED', 'REAUTH_REQUIRED')),
  encrypted_refresh_token text not null,
  token_iv text not null,
  token_auth_tag text not null,
  token_key_id text not null,
  -- chosen by the person; empty means everything
  folder_ids jsonb not null default '[]',
  -- where the log of changes is read on from; null until the first listing is complete
  page_token text,
  -- a listing under way: the token taken before it began, and the page it has come to
  crawl_id integer not null default 0,
  crawl_page_token text,
  crawl_cursor text,
  last_full_at timestamptz,
  last_sync_at timestamptz,
  last_error_code text,
  last_error_message text,
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default now(),
  lease_holder uuid,
  lease_expires_at timestamptz,
  -- somebody asked for a look while a run was at work there: the run looks again before it ends
  asked boolean not null default false,
  created_at timestamptz not null default now()
);
create index drive_connections_due on drive_connections (next_attempt_at) where status = 'CONNECTED';

create table drive_states (
  state_hash bytea primary key,
  user_id uuid not null references users (id) on delete cascade,
  -- of the cookie in the browser that began
  nonce_hash bytea not null,
  code_verifier text not null,
  expires_at timestamptz not null
);
create index drive_states_user on drive_states (user_id);

create table drive_items (
  user_id uuid not null references users (id) on delete cascade,
  item_id text not null,
  parent_id text,
  name text not null,
  mime_type text not null,
  trashed boolean not null,
  fingerprint text not null,
  size bigint,
  md5 text,
  target_id text,
  -- deleted for ever, or not shared any more
  removed boolean not null default false,
  -- the listing that saw it last; what a complete listing did not see is gone
  seen_crawl integer not null,
  -- its file may not agree with it yet
  dirty boolean not null default true,
  file_id uuid,
  -- fingerprint and name of what the file was made from
  synced_fingerprint text,
  synced_name text,
  failures integer not null default 0,
  primary key (user_id, item_id)
);
create index drive_items_dirty on drive_items (user_id, item_id) where dirty;
create index drive_items_target on drive_items (user_id, target_id) where target_id is not null;
