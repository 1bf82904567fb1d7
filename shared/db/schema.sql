-- What the migrations make, written by schema.system.test.ts: run it with -u after a new migration.

create type sync_status as enum ('PENDING', 'SYNCED', 'FAILED');

create table arrivals (
  id uuid not null default gen_random_uuid(),
  object_key text not null,
  user_id uuid not null,
  etag text,
  generation integer not null default 0,
  status text not null default 'ARRIVED'::text,
  due_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  failures integer not null default 0,
  faults integer not null default 0,
  attempts integer not null default 0,
  lease_holder uuid,
  lease_expires_at timestamp with time zone,
  constraint arrivals_pkey PRIMARY KEY (id),
  constraint arrivals_object_key_key UNIQUE (object_key),
  constraint arrivals_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE,
  constraint arrivals_status_check CHECK ((status = 'ARRIVED'::text))
) with ();
CREATE INDEX arrivals_at_work ON arrivals USING btree (status, user_id) WHERE (lease_holder IS NOT NULL);
CREATE INDEX arrivals_due ON arrivals USING btree (due_at);
CREATE INDEX arrivals_waiting ON arrivals USING btree (status, user_id, due_at) WHERE (lease_holder IS NULL);
CREATE CONSTRAINT TRIGGER arrivals_stand_in_line AFTER INSERT OR UPDATE OF lease_holder, due_at, generation ON arrivals DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.lease_holder IS NULL)) EXECUTE FUNCTION stand_in_line();
alter table arrivals enable row level security;
alter table arrivals force row level security;
create policy across_people on arrivals as permissive for all to omnirag_across using (true) with check (true);
create policy person on arrivals as permissive for all to omnirag_app using ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) with check ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));
grant delete, insert, select, update on arrivals to omnirag_across;
grant delete, insert, select, update on arrivals to omnirag_app;

create table audit_events (
  id bigint not null generated always as identity,
  at timestamp with time zone not null default clock_timestamp(),
  action text not null,
  user_id uuid not null,
  actor_id uuid,
  target_id uuid,
  address text,
  request_id text,
  details jsonb not null default '{}'::jsonb,
  constraint audit_events_pkey PRIMARY KEY (id)
) with ();
CREATE INDEX audit_events_actor ON audit_events USING btree (actor_id) WHERE (actor_id IS NOT NULL);
CREATE INDEX audit_events_person ON audit_events USING btree (user_id, id);
CREATE TRIGGER audit_events_append_only BEFORE DELETE OR UPDATE ON audit_events FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON audit_events FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
alter table audit_events enable row level security;
alter table audit_events force row level security;
create policy across_people on audit_events as permissive for all to omnirag_across using (true) with check (true);
create policy person on audit_events as permissive for all to omnirag_app using ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) with check ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));
grant delete, insert, select, update on audit_events to omnirag_across;
grant delete, insert, select, update on audit_events to omnirag_app;

create table bm25_postings (
  user_id uuid not null,
  segment integer not null,
  chunks integer not null,
  term text collate "C" not null,
  postings bytea not null
) with ();
alter table bm25_postings alter column postings set storage external;
CREATE INDEX bm25_postings_segment ON bm25_postings USING btree (segment);
CREATE INDEX bm25_postings_term ON bm25_postings USING btree (user_id, term);
alter table bm25_postings enable row level security;
alter table bm25_postings force row level security;
create policy across_people on bm25_postings as permissive for all to omnirag_across using (true) with check (true);
create policy person on bm25_postings as permissive for all to omnirag_app using ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) with check ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));
grant delete, insert, select, update on bm25_postings to omnirag_across;
grant delete, insert, select, update on bm25_postings to omnirag_app;

create table bm25_segments (
  id integer not null generated always as identity,
  user_id uuid not null,
  file_id uuid not null,
  generation integer not null,
  first_chunk integer not null,
  chunks integer not null,
  total_length integer not null,
  lengths bytea not null,
  languages jsonb not null,
  analysis integer not null default 1,
  constraint bm25_segments_pkey PRIMARY KEY (id),
  constraint bm25_segments_file_id_generation_first_chunk_key UNIQUE (file_id, generation, first_chunk),
  constraint bm25_segments_file_id_fkey FOREIGN KEY (file_id) REFERENCES files(id) ON DELETE CASCADE,
  constraint bm25_segments_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
) with ();
alter table bm25_segments alter column lengths set storage external;
CREATE INDEX bm25_segments_analysis ON bm25_segments USING btree (analysis);
CREATE INDEX bm25_segments_person ON bm25_segments USING btree (user_id);
CREATE TRIGGER bm25_segments_deleted AFTER DELETE ON bm25_segments REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION delete_bm25_postings();
alter table bm25_segments enable row level security;
alter table bm25_segments force row level security;
create policy across_people on bm25_segments as permissive for all to omnirag_across using (true) with check (true);
create policy person on bm25_segments as permissive for all to omnirag_app using ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) with check ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));
grant delete, insert, select, update on bm25_segments to omnirag_across;
grant delete, insert, select, update on bm25_segments to omnirag_app;

create table chunks (
  id uuid not null,
  user_id uuid not null,
  file_id uuid not null,
  generation integer not null,
  chunk_index integer not null,
  page integer not null,
  char_start integer not null,
  char_end integer not null,
  heading_path jsonb not null,
  content text not null,
  language text,
  location jsonb,
  tokens integer not null,
  sync_status sync_status not null default 'PENDING'::sync_status,
  dense_vector real[],
  sparse_indices integer[],
  sparse_values real[],
  qdrant_id uuid,
  embedding_model text,
  attempts integer not null default 0,
  next_attempt_at timestamp with time zone not null default now(),
  lease_holder uuid,
  lease_expires_at timestamp with time zone,
  last_error text,
  constraint chunks_pkey PRIMARY KEY (id),
  constraint chunks_file_id_generation_chunk_index_key UNIQUE (file_id, generation, chunk_index),
  constraint chunks_file_id_fkey FOREIGN KEY (file_id) REFERENCES files(id) ON DELETE CASCADE,
  constraint chunks_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
) with (toast_tuple_target=256, fillfactor=50);
alter table chunks alter column content set storage main;
alter table chunks alter column dense_vector set storage external;
alter table chunks alter column sparse_indices set storage external;
alter table chunks alter column sparse_values set storage external;
CREATE INDEX chunks_outbox_by_person ON chunks USING btree (user_id, next_attempt_at) WHERE ((sync_status = 'PENDING'::sync_status) AND (dense_vector IS NOT NULL));
CREATE INDEX chunks_pictures ON chunks USING btree (user_id) WHERE (chunk_index < 0);
alter table chunks enable row level security;
alter table chunks force row level security;
create policy across_people on chunks as permissive for all to omnirag_across using (true) with check (true);
create policy person on chunks as permissive for all to omnirag_app using ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) with check ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));
grant delete, insert, select, update on chunks to omnirag_across;
grant delete, insert, select, update on chunks to omnirag_app;

create table drive_connections (
  user_id uuid not null,
  id uuid not null,
  account text not null,
  status text not null,
  encrypted_refresh_token text not null,
  token_iv text not null,
  token_auth_tag text not null,
  token_key_id text not null,
  folder_ids jsonb not null default '[]'::jsonb,
  page_token text,
  crawl_id integer not null default 0,
  crawl_page_token text,
  crawl_cursor text,
  last_full_at timestamp with time zone,
  last_sync_at timestamp with time zone,
  last_error_code text,
  last_error_message text,
  attempts integer not null default 0,
  next_attempt_at timestamp with time zone not null default now(),
  lease_holder uuid,
  lease_expires_at timestamp with time zone,
  asked boolean not null default false,
  created_at timestamp with time zone not null default now(),
  constraint drive_connections_pkey PRIMARY KEY (user_id),
  constraint drive_connections_id_key UNIQUE (id),
  constraint drive_connections_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE,
  constraint drive_connections_status_check CHECK ((status = ANY (ARRAY['CONNECTED'::text, 'REAUTH_REQUIRED'::text])))
) with ();
CREATE INDEX drive_connections_due ON drive_connections USING btree (next_attempt_at) WHERE (status = 'CONNECTED'::text);
alter table drive_connections enable row level security;
alter table drive_connections force row level security;
create policy across_people on drive_connections as permissive for all to omnirag_across using (true) with check (true);
create policy person on drive_connections as permissive for all to omnirag_app using ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) with check ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));
grant delete, insert, select, update on drive_connections to omnirag_across;
grant delete, insert, select, update on drive_connections to omnirag_app;

create table drive_items (
  user_id uuid not null,
  item_id text not null,
  parent_id text,
  name text not null,
  mime_type text not null,
  trashed boolean not null,
  fingerprint text not null,
  size bigint,
  md5 text,
  target_id text,
  removed boolean not null default false,
  seen_crawl integer not null,
  dirty boolean not null default true,
  file_id uuid,
  synced_fingerprint text,
  synced_name text,
  failures integer not null default 0,
  constraint drive_items_pkey PRIMARY KEY (user_id, item_id),
  constraint drive_items_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
) with ();
CREATE INDEX drive_items_dirty ON drive_items USING btree (user_id, item_id) WHERE dirty;
CREATE INDEX drive_items_target ON drive_items USING btree (user_id, target_id) WHERE (target_id IS NOT NULL);
alter table drive_items enable row level security;
alter table drive_items force row level security;
create policy across_people on drive_items as permissive for all to omnirag_across using (true) with check (true);
create policy person on drive_items as permissive for all to omnirag_app using ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) with check ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));
grant delete, insert, select, update on drive_items to omnirag_across;
grant delete, insert, select, update on drive_items to omnirag_app;

create table drive_states (
  state_hash bytea not null,
  user_id uuid not null,
  nonce_hash bytea not null,
  code_verifier text not null,
  expires_at timestamp with time zone not null,
  constraint drive_states_pkey PRIMARY KEY (state_hash),
  constraint drive_states_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
) with ();
CREATE INDEX drive_states_user ON drive_states USING btree (user_id);
alter table drive_states enable row level security;
alter table drive_states force row level security;
create policy across_people on drive_states as permissive for all to omnirag_across using (true) with check (true);
create policy person on drive_states as permissive for all to omnirag_app using ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) with check ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));
grant delete, insert, select, update on drive_states to omnirag_across;
grant delete, insert, select, update on drive_states to omnirag_app;

create table embedding_indexes (
  id bigint not null generated always as identity,
  kind text not null default 'text'::text,
  model text not null,
  dimensions integer not null,
  state text not null,
  retired_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  constraint embedding_indexes_pkey PRIMARY KEY (kind, model),
  constraint embedding_indexes_kind_check CHECK ((kind = ANY (ARRAY['text'::text, 'image'::text]))),
  constraint embedding_indexes_state_check CHECK ((state = ANY (ARRAY['live'::text, 'filling'::text, 'retired'::text, 'dropping'::text, 'dropped'::text])))
) with ();
CREATE UNIQUE INDEX embedding_indexes_live ON embedding_indexes USING btree (kind) WHERE (state = 'live'::text);
grant delete, insert, select, update on embedding_indexes to omnirag_across;
grant delete, insert, select, update on embedding_indexes to omnirag_app;

create table erasures (
  user_id uuid not null,
  passes integer not null default 0,
  not_before timestamp with time zone not null default now(),
  requested_at timestamp with time zone not null default now(),
  constraint erasures_pkey PRIMARY KEY (user_id)
) with ();
alter table erasures enable row level security;
alter table erasures force row level security;
create policy across_people on erasures as permissive for all to omnirag_across using (true) with check (true);
create policy person on erasures as permissive for all to omnirag_app using ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) with check ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));
grant delete, insert, select, update on erasures to omnirag_across;
grant delete, insert, select, update on erasures to omnirag_app;

create table exports (
  user_id uuid not null,
  id uuid not null,
  status text not null,
  object_key text,
  size bigint,
  unreadable integer not null default 0,
  attempts integer not null default 0,
  forgiven integer not null default 0,
  lease_expires_at timestamp with time zone,
  building boolean not null default false,
  requested_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  constraint exports_pkey PRIMARY KEY (user_id),
  constraint exports_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE,
  constraint exports_status_check CHECK ((status = ANY (ARRAY['PENDING'::text, 'READY'::text, 'FAILED'::text])))
) with ();
alter table exports enable row level security;
alter table exports force row level security;
create policy across_people on exports as permissive for all to omnirag_across using (true) with check (true);
create policy person on exports as permissive for all to omnirag_app using ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) with check ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));
grant delete, insert, select, update on exports to omnirag_across;
grant delete, insert, select, update on exports to omnirag_app;

create table familiar_networks (
  user_id uuid not null,
  network text not null,
  last_login_at timestamp with time zone not null,
  constraint familiar_networks_pkey PRIMARY KEY (user_id, network),
  constraint familiar_networks_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
) with ();
alter table familiar_networks enable row level security;
alter table familiar_networks force row level security;
create policy across_people on familiar_networks as permissive for all to omnirag_across using (true) with check (true);
create policy person on familiar_networks as permissive for all to omnirag_app using ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) with check ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));
grant delete, insert, select, update on familiar_networks to omnirag_across;
grant delete, insert, select, update on familiar_networks to omnirag_app;

create table files (
  id uuid not null,
  user_id uuid not null,
  filename text not null,
  content_type text not null,
  size bigint not null,
  sha256 text,
  source text not null,
  external_id text,
  idempotency_hash text,
  status text not null,
  error_code text,
  error_message text,
  warnings jsonb not null default '[]'::jsonb,
  generation integer not null default 0,
  live_generation integer,
  content_generation integer,
  content_key text,
  former_sha256 text,
  duplicate_of uuid,
  parent_id uuid,
  parent_generation integer,
  path_in_parent text,
  root_id uuid,
  depth integer not null default 0,
  pages integer,
  pages_done integer not null default 0,
  pages_chunked integer not null default 0,
  chunker_state jsonb,
  chunks integer not null default 0,
  chunks_embedded integer not null default 0,
  chunks_synced integer not null default 0,
  pictures integer not null default 0,
  pictures_synced integer not null default 0,
  language text,
  backfilled_index bigint,
  backfilled_generation integer,
  backfilled_cut integer,
  failures integer not null default 0,
  attempts integer not null default 0,
  due_at timestamp with time zone not null default now(),
  lease_holder uuid,
  lease_expires_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  ready_at timestamp with time zone,
  deleted_at timestamp with time zone,
  name_key text not null default regexp_replace(replace(replace(replace(replace(replace(replace(replace(lower(NORMALIZE(filename, NFKD)), 'ß'::text, 'ss'::text), 'æ'::text, 'ae'::text), 'œ'::text, 'oe'::text), 'ø'::text, 'o'::text), 'đ'::text, 'd'::text), 'ł'::text, 'l'::text), 'ı'::text, 'i'::text), '[ -/:-@[-`{-¿̀-ͯ -⁯]+'::text, ''::text, 'g'::text),
  constraint files_pkey PRIMARY KEY (id),
  constraint files_duplicate_of_fkey FOREIGN KEY (duplicate_of) REFERENCES files(id),
  constraint files_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES files(id) ON DELETE SET NULL,
  constraint files_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE,
  constraint files_source_check CHECK ((source = ANY (ARRAY['api'::text, 'bucket'::text, 'watch'::text, 'drive'::text]))),
  constraint files_status_check CHECK ((status = ANY (ARRAY['UPLOADING'::text, 'STORED'::text, 'EXTRACTED'::text, 'CHUNKED'::text, 'EMBEDDED'::text, 'READY'::text, 'FAILED'::text])))
) with ();
CREATE INDEX files_at_work ON files USING btree (status, user_id) WHERE (lease_holder IS NOT NULL);
CREATE INDEX files_children ON files USING btree (parent_id) WHERE (parent_id IS NOT NULL);
CREATE INDEX files_duplicates ON files USING btree (duplicate_of) WHERE (duplicate_of IS NOT NULL);
CREATE UNIQUE INDEX files_external_id ON files USING btree (user_id, source, external_id) WHERE ((external_id IS NOT NULL) AND (deleted_at IS NULL));
CREATE INDEX files_former ON files USING btree (user_id, former_sha256) WHERE (former_sha256 IS NOT NULL);
CREATE INDEX files_not_live ON files USING btree (user_id) WHERE ((deleted_at IS NULL) AND (duplicate_of IS NULL) AND (generation IS DISTINCT FROM live_generation));
CREATE INDEX files_of_person ON files USING btree (user_id, created_at DESC, id DESC) WHERE (deleted_at IS NULL);
CREATE INDEX files_same_bytes ON files USING btree (user_id, sha256) WHERE (deleted_at IS NULL);
CREATE INDEX files_tree ON files USING btree (root_id) WHERE ((root_id IS NOT NULL) AND (deleted_at IS NULL));
CREATE INDEX files_unfinished ON files USING btree (updated_at) WHERE ((status <> ALL (ARRAY['READY'::text, 'FAILED'::text])) AND (deleted_at IS NULL));
CREATE INDEX files_waiting ON files USING btree (status, user_id, due_at) WHERE ((lease_holder IS NULL) AND (status = ANY (ARRAY['STORED'::text, 'EXTRACTED'::text, 'CHUNKED'::text])) AND (deleted_at IS NULL) AND (duplicate_of IS NULL));
CREATE CONSTRAINT TRIGGER files_stand_in_line AFTER INSERT OR UPDATE OF status, generation, lease_holder, due_at, updated_at, deleted_at, duplicate_of ON files DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((new.lease_holder IS NULL) AND (new.status = ANY (ARRAY['STORED'::text, 'EXTRACTED'::text, 'CHUNKED'::text])) AND (new.deleted_at IS NULL) AND (new.duplicate_of IS NULL))) EXECUTE FUNCTION stand_in_line();
alter table files enable row level security;
alter table files force row level security;
create policy across_people on files as permissive for all to omnirag_across using (true) with check (true);
create policy person on files as permissive for all to omnirag_app using ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) with check ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));
grant delete, insert, select, update on files to omnirag_across;
grant delete, insert, select, update on files to omnirag_app;

create table loose_objects (
  id bigint not null generated always as identity,
  user_id uuid not null,
  file_id uuid,
  bucket text not null,
  object_key text not null,
  object_etag text,
  object_modified timestamp with time zone,
  size bigint not null default 0,
  due_at timestamp with time zone not null,
  last_at timestamp with time zone not null,
  given_up boolean not null default false,
  constraint loose_objects_pkey PRIMARY KEY (id),
  constraint loose_objects_bucket_object_key_key UNIQUE (bucket, object_key),
  constraint loose_objects_bucket_check CHECK ((bucket = ANY (ARRAY['incoming'::text, 'storage'::text])))
) with ();
CREATE INDEX loose_objects_due ON loose_objects USING btree (due_at);
CREATE INDEX loose_objects_person ON loose_objects USING btree (user_id, file_id);
alter table loose_objects enable row level security;
alter table loose_objects force row level security;
create policy across_people on loose_objects as permissive for all to omnirag_across using (true) with check (true);
create policy person on loose_objects as permissive for all to omnirag_app using ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) with check ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));
grant delete, insert, select, update on loose_objects to omnirag_across;
grant delete, insert, select, update on loose_objects to omnirag_app;

create table notices (
  id uuid not null,
  user_id uuid not null,
  kind text not null,
  address text not null,
  created_at timestamp with time zone not null default now(),
  sent_at timestamp with time zone,
  attempts integer not null default 0,
  next_attempt_at timestamp with time zone not null default now(),
  constraint notices_pkey PRIMARY KEY (id),
  constraint notices_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE,
  constraint notices_kind_check CHECK ((kind = ANY (ARRAY['email.changed'::text, 'password.changed'::text])))
) with ();
CREATE INDEX notices_due ON notices USING btree (next_attempt_at) WHERE (sent_at IS NULL);
CREATE INDEX notices_person ON notices USING btree (user_id, created_at);
alter table notices enable row level security;
alter table notices force row level security;
create policy across_people on notices as permissive for all to omnirag_across using (true) with check (true);
create policy person on notices as permissive for all to omnirag_app using ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) with check ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));
grant delete, insert, select, update on notices to omnirag_across;
grant delete, insert, select, update on notices to omnirag_app;

create table pages (
  file_id uuid not null,
  generation integer not null,
  number integer not null,
  user_id uuid not null,
  text text not null,
  headings jsonb not null,
  char_offset integer not null,
  place jsonb,
  picture_key text,
  constraint pages_pkey PRIMARY KEY (file_id, generation, number),
  constraint pages_file_id_fkey FOREIGN KEY (file_id) REFERENCES files(id) ON DELETE CASCADE,
  constraint pages_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
) with ();
CREATE INDEX pages_pictures ON pages USING btree (file_id, generation) WHERE (picture_key IS NOT NULL);
alter table pages enable row level security;
alter table pages force row level security;
create policy across_people on pages as permissive for all to omnirag_across using (true) with check (true);
create policy person on pages as permissive for all to omnirag_app using ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) with check ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));
grant delete, insert, select, update on pages to omnirag_across;
grant delete, insert, select, update on pages to omnirag_app;

create table rate_limits (
  key text not null,
  full_at timestamp with time zone not null,
  constraint rate_limits_pkey PRIMARY KEY (key)
) with ();
CREATE INDEX rate_limits_full ON rate_limits USING btree (full_at);
grant delete, insert, select, update on rate_limits to omnirag_across;
grant delete, insert, select, update on rate_limits to omnirag_app;

create table refresh_tokens (
  token_hash bytea not null,
  user_id uuid not null,
  family_id uuid not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint refresh_tokens_pkey PRIMARY KEY (token_hash),
  constraint refresh_tokens_family_id_fkey FOREIGN KEY (family_id) REFERENCES sessions(id) ON DELETE CASCADE,
  constraint refresh_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
) with ();
CREATE INDEX refresh_tokens_expiry ON refresh_tokens USING btree (expires_at);
CREATE INDEX refresh_tokens_family ON refresh_tokens USING btree (family_id);
CREATE INDEX refresh_tokens_user ON refresh_tokens USING btree (user_id);
alter table refresh_tokens enable row level security;
alter table refresh_tokens force row level security;
create policy across_people on refresh_tokens as permissive for all to omnirag_across using (true) with check (true);
create policy person on refresh_tokens as permissive for all to omnirag_app using ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) with check ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));
grant delete, insert, select, update on refresh_tokens to omnirag_across;
grant delete, insert, select, update on refresh_tokens to omnirag_app;

create table sendings (
  id bigint not null generated always as identity,
  user_id uuid not null,
  file_id uuid not null,
  generation integer not null,
  holder uuid not null,
  due_at timestamp with time zone not null,
  constraint sendings_pkey PRIMARY KEY (id),
  constraint sendings_holder_file_id_generation_key UNIQUE (holder, file_id, generation)
) with ();
CREATE INDEX sendings_due ON sendings USING btree (due_at);
CREATE INDEX sendings_person ON sendings USING btree (user_id);
alter table sendings enable row level security;
alter table sendings force row level security;
create policy across_people on sendings as permissive for all to omnirag_across using (true) with check (true);
create policy person on sendings as permissive for all to omnirag_app using ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) with check ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));
grant delete, insert, select, update on sendings to omnirag_across;
grant delete, insert, select, update on sendings to omnirag_app;

create table sessions (
  id uuid not null,
  user_id uuid not null,
  created_at timestamp with time zone not null default now(),
  last_used_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null default (now() + '90 days'::interval),
  address text,
  agent text,
  constraint sessions_pkey PRIMARY KEY (id),
  constraint sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
) with ();
CREATE INDEX sessions_user ON sessions USING btree (user_id);
alter table sessions enable row level security;
alter table sessions force row level security;
create policy across_people on sessions as permissive for all to omnirag_across using (true) with check (true);
create policy person on sessions as permissive for all to omnirag_app using ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) with check ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));
grant delete, insert, select, update on sessions to omnirag_across;
grant delete, insert, select, update on sessions to omnirag_app;

create table tombstones (
  id bigint not null generated always as identity,
  user_id uuid not null,
  file_id uuid not null,
  up_to_generation integer not null,
  passes integer not null default 0,
  not_before timestamp with time zone not null default now(),
  attempts integer not null default 0,
  created_at timestamp with time zone not null default now(),
  constraint tombstones_pkey PRIMARY KEY (id)
) with ();
CREATE INDEX tombstones_due ON tombstones USING btree (not_before);
CREATE INDEX tombstones_file ON tombstones USING btree (file_id);
CREATE INDEX tombstones_person ON tombstones USING btree (user_id);
alter table tombstones enable row level security;
alter table tombstones force row level security;
create policy across_people on tombstones as permissive for all to omnirag_across using (true) with check (true);
create policy person on tombstones as permissive for all to omnirag_app using ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) with check ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));
grant delete, insert, select, update on tombstones to omnirag_across;
grant delete, insert, select, update on tombstones to omnirag_app;

create table turns (
  stage text not null,
  user_id uuid not null,
  at timestamp with time zone not null,
  constraint turns_pkey PRIMARY KEY (stage, user_id),
  constraint turns_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
) with (fillfactor=50, autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=500);
CREATE INDEX turns_next ON turns USING btree (stage, at);
alter table turns enable row level security;
alter table turns force row level security;
create policy across_people on turns as permissive for all to omnirag_across using (true) with check (true);
create policy person on turns as permissive for all to omnirag_app using ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) with check ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));
grant delete, insert, select, update on turns to omnirag_across;
grant delete, insert, select, update on turns to omnirag_app;

create table upkeep (
  name text not null,
  asked_at timestamp with time zone,
  done_at timestamp with time zone,
  deleted_rows bigint,
  place text,
  constraint upkeep_pkey PRIMARY KEY (name)
) with ();
grant delete, insert, select, update on upkeep to omnirag_across;
grant delete, insert, select, update on upkeep to omnirag_app;

create table uploads (
  file_id uuid not null,
  user_id uuid not null,
  object_key text not null,
  object_etag text,
  object_modified timestamp with time zone,
  filename text not null,
  content_type text not null,
  size bigint not null,
  sha256 text,
  multipart_id text,
  part_size bigint,
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone not null default now(),
  constraint uploads_pkey PRIMARY KEY (file_id),
  constraint uploads_file_id_fkey FOREIGN KEY (file_id) REFERENCES files(id) ON DELETE CASCADE,
  constraint uploads_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
) with ();
CREATE INDEX uploads_expiry ON uploads USING btree (expires_at);
alter table uploads enable row level security;
alter table uploads force row level security;
create policy across_people on uploads as permissive for all to omnirag_across using (true) with check (true);
create policy person on uploads as permissive for all to omnirag_app using ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) with check ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));
grant delete, insert, select, update on uploads to omnirag_across;
grant delete, insert, select, update on uploads to omnirag_app;

create table users (
  id uuid not null,
  email text not null,
  username text not null,
  password_hash text not null,
  role text not null default 'user'::text,
  index_version bigint not null default 0,
  created_at timestamp with time zone not null default now(),
  disabled_at timestamp with time zone,
  constraint users_pkey PRIMARY KEY (id),
  constraint users_role_check CHECK ((role = ANY (ARRAY['user'::text, 'admin'::text])))
) with ();
CREATE UNIQUE INDEX users_email ON users USING btree (lower(email));
CREATE UNIQUE INDEX users_username ON users USING btree (lower(username));
alter table users enable row level security;
alter table users force row level security;
create policy across_people on users as permissive for all to omnirag_across using (true) with check (true);
create policy person on users as permissive for all to omnirag_app using ((id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) with check ((id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));
grant delete, insert, select, update on users to omnirag_across;
grant delete, insert, select, update on users to omnirag_app;

CREATE OR REPLACE FUNCTION account_of_login(login text)
 RETURNS uuid
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select id from users
  where (login like '%@%' and lower(email) = lower(login))
    or (login not like '%@%' and lower(username) = lower(login))
$function$;
alter function account_of_login(text) owner to omnirag_across;
revoke execute on function account_of_login(text) from public;
grant execute on function account_of_login(text) to omnirag_app;

CREATE OR REPLACE FUNCTION arrived_objects(keys text[])
 RETURNS TABLE(place integer)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select o.place::integer from unnest(keys) with ordinality as o (key, place) join arrivals a on a.object_key = o.key
$function$;
alter function arrived_objects(text[]) owner to omnirag_across;
revoke execute on function arrived_objects(text[]) from public;
grant execute on function arrived_objects(text[]) to omnirag_app;

CREATE OR REPLACE FUNCTION claim_loose_objects(most integer, lease_seconds double precision)
 RETURNS TABLE(owner uuid, object bigint)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  update loose_objects
  set given_up = true, due_at = date_trunc('milliseconds', now() + make_interval(secs => lease_seconds))
  where id in (
    select id from loose_objects where due_at <= now() order by due_at limit most for update skip locked
  )
  returning user_id, id
$function$;
alter function claim_loose_objects(integer,double precision) owner to omnirag_across;
revoke execute on function claim_loose_objects(integer,double precision) from public;
grant execute on function claim_loose_objects(integer,double precision) to omnirag_app;

CREATE OR REPLACE FUNCTION claim_pending_chunks(new_holder uuid, most integer, lease_seconds double precision)
 RETURNS TABLE(owner uuid, chunk uuid)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  nobody constant uuid := '00000000-0000-0000-0000-000000000000';
  moment timestamptz;
  begun uuid;
  behind uuid;
  person uuid;
  served uuid;
  with_more uuid[] := '{}';
  is_round boolean := false;
  room integer := most;
  share integer := greatest(1, most / 4);
  taken integer;
begin
  perform pg_advisory_xact_lock(hashtextextended('turns/publish', 0));
  moment := clock_timestamp();
  select u.place::uuid into begun from upkeep u where u.name = 'publish';
  begun := coalesce(begun, nobody);
  behind := begun;
  loop
    select c.user_id into person from chunks c
    where c.sync_status = 'PENDING' and c.dense_vector is not null and c.user_id > behind
    order by c.user_id limit 1;
    exit when is_round and (person is null or person > begun);
    if person is null then
      is_round := true;
      behind := nobody;
    else
      behind := person;
      return query
      with due as (
        select c.id
        from chunks c
        join files f on f.id = c.file_id
        where c.user_id = person and c.sync_status = 'PENDING' and c.dense_vector is not null
          and c.next_attempt_at <= moment
          and (c.lease_expires_at is null or c.lease_expires_at < moment)
          and f.deleted_at is null and f.generation = c.generation and f.status <> 'FAILED'
        order by c.next_attempt_at
        limit least(share, room)
        for update of c skip locked
      )
      update chunks c
      set lease_holder = new_holder, lease_expires_at = moment + make_interval(secs => lease_seconds)
      from due
      where c.id = due.id
      returning c.user_id, c.id;
      get diagnostics taken = row_count;
      room := room - taken;
      if taken > 0 then served := person; end if;
      if taken = share then with_more := with_more || person; end if;
      exit when room = 0;
    end if;
  end loop;

  share := most;
  foreach person in array with_more loop
    exit when room = 0;
    return query
    with due as (
      select c.id
      from chunks c
      join files f on f.id = c.file_id
      where c.user_id = person and c.sync_status = 'PENDING' and c.dense_vector is not null
        and c.next_attempt_at <= moment
        and (c.lease_expires_at is null or c.lease_expires_at < moment)
        and f.deleted_at is null and f.generation = c.generation and f.status <> 'FAILED'
      order by c.next_attempt_at
      limit least(share, room)
      for update of c skip locked
    )
    update chunks c
    set lease_holder = new_holder, lease_expires_at = moment + make_interval(secs => lease_seconds)
    from due
    where c.id = due.id
    returning c.user_id, c.id;
    get diagnostics taken = row_count;
    room := room - taken;
    -- The next round begins behind whoever got what was left over, so that it goes round as well.
    if taken > 0 then served := person; end if;
  end loop;

  if served is not null then
    -- A part of the id is place enough, and says nothing of an account that is erased later.
    insert into upkeep as u (name, place)
    values ('publish', left(served::text, 8) || '-ffff-ffff-ffff-ffffffffffff')
    on conflict (name) do update set place = excluded.place;
  end if;
end
$function$;
alter function claim_pending_chunks(uuid,integer,double precision) owner to omnirag_across;
revoke execute on function claim_pending_chunks(uuid,integer,double precision) from public;
grant execute on function claim_pending_chunks(uuid,integer,double precision) to omnirag_app;

CREATE OR REPLACE FUNCTION claim_sendings(most integer, lease_seconds double precision)
 RETURNS TABLE(owner uuid, sending bigint)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  update sendings set due_at = now() + make_interval(secs => lease_seconds)
  where id in (
    select id from sendings where due_at <= now() order by due_at limit most for update skip locked
  )
  returning user_id, id
$function$;
alter function claim_sendings(integer,double precision) owner to omnirag_across;
revoke execute on function claim_sendings(integer,double precision) from public;
grant execute on function claim_sendings(integer,double precision) to omnirag_app;

CREATE OR REPLACE FUNCTION claim_tombstones(most integer, lease_seconds double precision)
 RETURNS TABLE(owner uuid, tombstone bigint)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  update tombstones set not_before = now() + make_interval(secs => lease_seconds)
  where id in (
    select id from tombstones where not_before <= now() order by not_before limit most for update skip locked
  )
  returning user_id, id
$function$;
alter function claim_tombstones(integer,double precision) owner to omnirag_across;
revoke execute on function claim_tombstones(integer,double precision) from public;
grant execute on function claim_tombstones(integer,double precision) to omnirag_app;

CREATE OR REPLACE FUNCTION claim_turn(of_stage text, new_holder uuid, lease_seconds double precision, most_of_one integer, of_file uuid)
 RETURNS TABLE(owner uuid, file uuid, file_generation integer, alongside integer, look_again boolean, must_wait boolean, ready_in double precision)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  moment timestamptz;
  later timestamptz;
begin
  look_again := false;
  must_wait := false;
  perform pg_advisory_xact_lock(hashtextextended('turns/' || of_stage, 0));
  moment := clock_timestamp();

  -- Somebody of whom nothing is at work: who has something is passed over, and they are fewer than the workers.
  select t.user_id, 0 into owner, alongside
  from turns t
  where t.stage = of_stage and t.at <= moment and not exists (
    select from files f
    where f.status = of_stage and f.user_id = t.user_id and f.lease_holder is not null and f.lease_expires_at > moment
  )
  order by t.at limit 1 for update of t;
  if owner is null then
    select t.user_id, w.files into owner, alongside
    from (
      select f.user_id, count(*)::integer as files from files f
      where f.status = of_stage and f.lease_holder is not null and f.lease_expires_at > moment
      group by f.user_id
    ) w join turns t on t.stage = of_stage and t.user_id = w.user_id and t.at <= moment
    where w.files < most_of_one
    order by w.files, t.at limit 1 for update of t;
  end if;

  if owner is null then
    -- People who have as many at work as one may have, and more.
    must_wait := exists (
      select from (
        select distinct f.user_id from files f
        where f.status = of_stage and f.lease_holder is not null and f.lease_expires_at > moment
      ) w join turns t on t.stage = of_stage and t.user_id = w.user_id and t.at <= moment
      where exists (
        select from files f
        where f.lease_holder is null and f.status in ('STORED', 'EXTRACTED', 'CHUNKED') and f.deleted_at is null and f.duplicate_of is null and f.status = of_stage and f.user_id = w.user_id
          and f.due_at <= moment
      )
    );
    select extract(epoch from greatest(f.due_at, f.lease_expires_at) - moment) into ready_in
    from files f
    where f.id = of_file and f.status = of_stage and f.deleted_at is null and f.duplicate_of is null
      and greatest(f.due_at, f.lease_expires_at) > moment;
    return next;
    return;
  end if;

  -- What a worker left that died goes first: it has waited for longer than a lease.
  select f.id, f.generation into file, file_generation from files f
  where f.status = of_stage and f.user_id = owner and f.lease_holder is not null and f.lease_expires_at <= moment
    and f.deleted_at is null and f.duplicate_of is null
  limit 1 for update skip locked;
  if file is null then
    select f.id, f.generation into file, file_generation from files f
    where f.lease_holder is null and f.status in ('STORED', 'EXTRACTED', 'CHUNKED') and f.deleted_at is null and f.duplicate_of is null and f.status = of_stage and f.user_id = owner and f.due_at <= moment
    order by f.due_at limit 1 for update skip locked;
  end if;

  if file is not null then
    update files f
    set lease_holder = new_holder, lease_expires_at = moment + make_interval(secs => lease_seconds), updated_at = now()
    where f.id = file;
    update turns t set at = clock_timestamp() where t.stage = of_stage and t.user_id = owner;
    return next;
    return;
  end if;

  look_again := true;
  select min(f.lease_expires_at) into later from files f
  where f.status = of_stage and f.user_id = owner and f.lease_holder is not null
    and f.deleted_at is null and f.duplicate_of is null;
  select least(later, (
    select f.due_at from files f
    where f.lease_holder is null and f.status in ('STORED', 'EXTRACTED', 'CHUNKED') and f.deleted_at is null and f.duplicate_of is null and f.status = of_stage and f.user_id = owner
    order by f.due_at limit 1
  )) into later;
  if later is null then
    delete from turns t where t.stage = of_stage and t.user_id = owner;
  else
    -- Due already, and locked at this moment by something that changes it.
    must_wait := later <= moment;
    update turns t set at = greatest(later, moment + interval '0.2 s')
    where t.stage = of_stage and t.user_id = owner;
  end if;
  owner := null;
  return next;
end
$function$;
alter function claim_turn(text,uuid,double precision,integer,uuid) owner to omnirag_across;
revoke execute on function claim_turn(text,uuid,double precision,integer,uuid) from public;
grant execute on function claim_turn(text,uuid,double precision,integer,uuid) to omnirag_app;

CREATE OR REPLACE FUNCTION claim_turn_of_arrivals(of_stage text, new_holder uuid, lease_seconds double precision, most_of_one integer, of_file uuid)
 RETURNS TABLE(owner uuid, file uuid, file_generation integer, alongside integer, look_again boolean, must_wait boolean, ready_in double precision)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  moment timestamptz;
  later timestamptz;
begin
  look_again := false;
  must_wait := false;
  perform pg_advisory_xact_lock(hashtextextended('turns/' || of_stage, 0));
  moment := clock_timestamp();

  -- Somebody of whom nothing is at work: who has something is passed over, and they are fewer than the workers.
  select t.user_id, 0 into owner, alongside
  from turns t
  where t.stage = of_stage and t.at <= moment and not exists (
    select from arrivals f
    where f.status = of_stage and f.user_id = t.user_id and f.lease_holder is not null and f.lease_expires_at > moment
  )
  order by t.at limit 1 for update of t;
  if owner is null then
    select t.user_id, w.files into owner, alongside
    from (
      select f.user_id, count(*)::integer as files from arrivals f
      where f.status = of_stage and f.lease_holder is not null and f.lease_expires_at > moment
      group by f.user_id
    ) w join turns t on t.stage = of_stage and t.user_id = w.user_id and t.at <= moment
    where w.files < most_of_one
    order by w.files, t.at limit 1 for update of t;
  end if;

  if owner is null then
    -- People who have as many at work as one may have, and more.
    must_wait := exists (
      select from (
        select distinct f.user_id from arrivals f
        where f.status = of_stage and f.lease_holder is not null and f.lease_expires_at > moment
      ) w join turns t on t.stage = of_stage and t.user_id = w.user_id and t.at <= moment
      where exists (
        select from arrivals f
        where f.lease_holder is null and f.status = of_stage and f.user_id = w.user_id
          and f.due_at <= moment
      )
    );
    select extract(epoch from greatest(f.due_at, f.lease_expires_at) - moment) into ready_in
    from arrivals f
    where f.id = of_file and f.status = of_stage and true
      and greatest(f.due_at, f.lease_expires_at) > moment;
    return next;
    return;
  end if;

  -- What a worker left that died goes first: it has waited for longer than a lease.
  select f.id, f.generation into file, file_generation from arrivals f
  where f.status = of_stage and f.user_id = owner and f.lease_holder is not null and f.lease_expires_at <= moment
    and true
  limit 1 for update skip locked;
  if file is null then
    select f.id, f.generation into file, file_generation from arrivals f
    where f.lease_holder is null and f.status = of_stage and f.user_id = owner and f.due_at <= moment
    order by f.due_at limit 1 for update skip locked;
  end if;

  if file is not null then
    update arrivals f
    set lease_holder = new_holder, lease_expires_at = moment + make_interval(secs => lease_seconds), updated_at = now()
    where f.id = file;
    update turns t set at = clock_timestamp() where t.stage = of_stage and t.user_id = owner;
    return next;
    return;
  end if;

  look_again := true;
  select min(f.lease_expires_at) into later from arrivals f
  where f.status = of_stage and f.user_id = owner and f.lease_holder is not null
    and true;
  select least(later, (
    select f.due_at from arrivals f
    where f.lease_holder is null and f.status = of_stage and f.user_id = owner
    order by f.due_at limit 1
  )) into later;
  if later is null then
    delete from turns t where t.stage = of_stage and t.user_id = owner;
  else
    -- Due already, and locked at this moment by something that changes it.
    must_wait := later <= moment;
    update turns t set at = greatest(later, moment + interval '0.2 s')
    where t.stage = of_stage and t.user_id = owner;
  end if;
  owner := null;
  return next;
end
$function$;
alter function claim_turn_of_arrivals(text,uuid,double precision,integer,uuid) owner to omnirag_across;
revoke execute on function claim_turn_of_arrivals(text,uuid,double precision,integer,uuid) from public;
grant execute on function claim_turn_of_arrivals(text,uuid,double precision,integer,uuid) to omnirag_app;

CREATE OR REPLACE FUNCTION count_searchable()
 RETURNS TABLE(files bigint, passages bigint)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select count(distinct f.id), count(c.id)
  from files f
  left join chunks c on c.file_id = f.id and c.generation = f.live_generation and c.chunk_index >= 0
  where f.deleted_at is null and f.duplicate_of is null and f.live_generation is not null
$function$;
alter function count_searchable() owner to omnirag_across;
revoke execute on function count_searchable() from public;
grant execute on function count_searchable() to omnirag_app;

CREATE OR REPLACE FUNCTION count_unpublished(of_model text)
 RETURNS bigint
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select count(*) from chunks
  where sync_status = 'PENDING' and dense_vector is not null and embedding_model = of_model
$function$;
alter function count_unpublished(text) owner to omnirag_across;
revoke execute on function count_unpublished(text) from public;
grant execute on function count_unpublished(text) to omnirag_app;

CREATE OR REPLACE FUNCTION delete_bm25_postings()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO '$user', 'public'
AS $function$
begin
  delete from bm25_postings p using gone where p.segment = gone.id and p.user_id = gone.user_id;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION delete_expired_sessions()
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  delete from refresh_tokens where expires_at < now();
  delete from sessions s
  where expires_at < now()
    or (created_at < now() - interval '1 day' and not exists (select from refresh_tokens t where t.family_id = s.id))
$function$;
alter function delete_expired_sessions() owner to omnirag_across;
revoke execute on function delete_expired_sessions() from public;
grant execute on function delete_expired_sessions() to omnirag_app;

CREATE OR REPLACE FUNCTION due_drives()
 RETURNS TABLE(owner uuid)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select user_id from drive_connections
  where status = 'CONNECTED' and next_attempt_at <= now() and (lease_expires_at is null or lease_expires_at < now())
  union
  select distinct user_id from drive_items items
  where not exists (select from drive_connections where user_id = items.user_id)
$function$;
alter function due_drives() owner to omnirag_across;
revoke execute on function due_drives() from public;
grant execute on function due_drives() to omnirag_app;

CREATE OR REPLACE FUNCTION due_erasures(most integer)
 RETURNS TABLE(owner uuid)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select user_id from erasures where not_before <= now() order by not_before limit most
$function$;
alter function due_erasures(integer) owner to omnirag_across;
revoke execute on function due_erasures(integer) from public;
grant execute on function due_erasures(integer) to omnirag_app;

CREATE OR REPLACE FUNCTION due_exports(most integer)
 RETURNS TABLE(owner uuid)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select user_id from exports
  where status = 'PENDING' and coalesce(lease_expires_at, requested_at + interval '30 seconds') < now()
  order by requested_at limit most
$function$;
alter function due_exports(integer) owner to omnirag_across;
revoke execute on function due_exports(integer) from public;
grant execute on function due_exports(integer) to omnirag_app;

CREATE OR REPLACE FUNCTION due_notices(most integer, most_attempts integer)
 RETURNS TABLE(owner uuid, notice uuid)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select user_id, id from notices
  where sent_at is null and attempts < most_attempts and next_attempt_at <= now()
  order by next_attempt_at limit most
$function$;
alter function due_notices(integer,integer) owner to omnirag_across;
revoke execute on function due_notices(integer,integer) from public;
grant execute on function due_notices(integer,integer) to omnirag_app;

CREATE OR REPLACE FUNCTION erase_audit_events(person uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  if person is distinct from nullif(current_setting('app.user_id', true), '')::uuid then
    raise exception 'a log is erased in the name of its person alone' using errcode = 'insufficient_privilege';
  end if;
  perform set_config('omnirag.audit_erasure', person::text, true);
  delete from audit_events where user_id = person;
  update audit_events set actor_id = null, address = null where actor_id = person;
  perform set_config('omnirag.audit_erasure', '', true);
end
$function$;
alter function erase_audit_events(uuid) owner to omnirag_across;
revoke execute on function erase_audit_events(uuid) from public;
grant execute on function erase_audit_events(uuid) to omnirag_app;

CREATE OR REPLACE FUNCTION expired_exports(most integer)
 RETURNS TABLE(owner uuid)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select user_id from exports where expires_at < now() order by expires_at limit most
$function$;
alter function expired_exports(integer) owner to omnirag_across;
revoke execute on function expired_exports(integer) from public;
grant execute on function expired_exports(integer) to omnirag_app;

CREATE OR REPLACE FUNCTION expired_uploads(most integer)
 RETURNS TABLE(owner uuid, file uuid)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select user_id, file_id from uploads where expires_at < now() order by expires_at limit most
$function$;
alter function expired_uploads(integer) owner to omnirag_across;
revoke execute on function expired_uploads(integer) from public;
grant execute on function expired_uploads(integer) to omnirag_app;

CREATE OR REPLACE FUNCTION files_cut_short(of_index bigint)
 RETURNS TABLE(owner uuid, file uuid, passages integer, is_busy boolean)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select user_id, id, backfilled_cut, generation <> live_generation
  from files
  where backfilled_cut > 0 and backfilled_index = of_index and backfilled_generation = live_generation
    and deleted_at is null and duplicate_of is null
  order by user_id, id
$function$;
alter function files_cut_short(bigint) owner to omnirag_across;
revoke execute on function files_cut_short(bigint) from public;
grant execute on function files_cut_short(bigint) to omnirag_app;

CREATE OR REPLACE FUNCTION files_to_analyse(version integer, after_file uuid, most integer)
 RETURNS TABLE(owner uuid, file uuid)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
      select distinct f.user_id, f.id
      from bm25_segments s join files f on f.id = s.file_id
      where s.analysis < version and f.id > after_file
        and s.generation = f.live_generation and f.status = 'READY' and f.generation = f.live_generation
        and f.deleted_at is null and f.duplicate_of is null
      order by f.id
      limit most
    $function$;
alter function files_to_analyse(integer,uuid,integer) owner to omnirag_across;
revoke execute on function files_to_analyse(integer,uuid,integer) from public;
grant execute on function files_to_analyse(integer,uuid,integer) to omnirag_app;

CREATE OR REPLACE FUNCTION files_to_backfill(of_index bigint, of_model text, since timestamp with time zone, after_owner uuid, after_file uuid, most integer)
 RETURNS TABLE(owner uuid, file uuid, passages bigint)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select f.user_id, f.id,
    (select count(*) from chunks c where c.file_id = f.id and c.generation = f.live_generation and c.chunk_index >= 0)
  from files f
  where f.deleted_at is null and f.duplicate_of is null and f.live_generation is not null
    and (f.user_id, f.id) > (after_owner, after_file)
    and not (f.backfilled_index is not distinct from of_index and f.backfilled_generation is not distinct from f.live_generation)
    and exists (
      select from chunks c
      where c.file_id = f.id and c.generation = f.live_generation
        and (c.embedding_model is distinct from of_model or f.ready_at < since)
    )
  order by f.user_id, f.id
  limit most
$function$;
alter function files_to_backfill(bigint,text,timestamp with time zone,uuid,uuid,integer) owner to omnirag_across;
revoke execute on function files_to_backfill(bigint,text,timestamp with time zone,uuid,uuid,integer) from public;
grant execute on function files_to_backfill(bigint,text,timestamp with time zone,uuid,uuid,integer) to omnirag_app;

CREATE OR REPLACE FUNCTION forget_networks(unused_since timestamp with time zone)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  delete from familiar_networks where last_login_at < least(unused_since, now() - interval '89 days')
$function$;
alter function forget_networks(timestamp with time zone) owner to omnirag_across;
revoke execute on function forget_networks(timestamp with time zone) from public;
grant execute on function forget_networks(timestamp with time zone) to omnirag_app;

CREATE OR REPLACE FUNCTION forget_notices(created_before timestamp with time zone)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  delete from notices where created_at < least(created_before, now() - interval '89 days')
$function$;
alter function forget_notices(timestamp with time zone) owner to omnirag_across;
revoke execute on function forget_notices(timestamp with time zone) from public;
grant execute on function forget_notices(timestamp with time zone) to omnirag_app;

CREATE OR REPLACE FUNCTION forgive_attempts()
 RETURNS bigint
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  with files_forgiven as (
    update files
    set attempts = greatest(attempts - 1, 0), lease_holder = null, lease_expires_at = null
    where id in (
      select id from files where lease_holder is not null and deleted_at is null for update skip locked
    )
    returning id
  ),
  arrivals_forgiven as (
    update arrivals
    set attempts = greatest(attempts - 1, 0), lease_holder = null, lease_expires_at = null
    where id in (select id from arrivals where lease_holder is not null for update skip locked)
    returning id
  )
  select (select count(*) from files_forgiven) + (select count(*) from arrivals_forgiven)
$function$;
alter function forgive_attempts() owner to omnirag_across;
revoke execute on function forgive_attempts() from public;
grant execute on function forgive_attempts() to omnirag_app;

CREATE OR REPLACE FUNCTION forgive_exports()
 RETURNS bigint
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  with gone as (
    update exports set forgiven = least(forgiven + 1, attempts), building = false, lease_expires_at = null
    where building
    returning user_id
  )
  select count(*) from gone
$function$;
alter function forgive_exports() owner to omnirag_across;
revoke execute on function forgive_exports() from public;
grant execute on function forgive_exports() to omnirag_app;

CREATE OR REPLACE FUNCTION list_accounts(part text, after_time timestamp with time zone, after_id uuid, most integer)
 RETURNS TABLE(owner uuid)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select id from users
  where (part = '' or position(lower(part) in lower(email)) > 0 or position(lower(part) in lower(username)) > 0)
    and (after_time is null or (date_trunc('milliseconds', created_at), id) < (after_time, after_id))
  order by date_trunc('milliseconds', created_at) desc, id desc
  limit most
$function$;
alter function list_accounts(text,timestamp with time zone,uuid,integer) owner to omnirag_across;
revoke execute on function list_accounts(text,timestamp with time zone,uuid,integer) from public;
grant execute on function list_accounts(text,timestamp with time zone,uuid,integer) to omnirag_app;

CREATE OR REPLACE FUNCTION list_audit_events(of_person uuid, of_action text, before_event bigint, most integer)
 RETURNS TABLE(event bigint, owner uuid)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select id, user_id from audit_events
  where (of_person is null or user_id = of_person) and (of_action is null or action = of_action)
    and (before_event is null or id < before_event)
  order by id desc
  limit most
$function$;
alter function list_audit_events(uuid,text,bigint,integer) owner to omnirag_across;
revoke execute on function list_audit_events(uuid,text,bigint,integer) from public;
grant execute on function list_audit_events(uuid,text,bigint,integer) to omnirag_app;

CREATE OR REPLACE FUNCTION lock_admins()
 RETURNS TABLE(owner uuid)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select id from users where role = 'admin' and disabled_at is null order by id for update
$function$;
alter function lock_admins() owner to omnirag_across;
revoke execute on function lock_admins() from public;
grant execute on function lock_admins() to omnirag_app;

CREATE OR REPLACE FUNCTION outbox_depth()
 RETURNS TABLE(pending integer, failed integer, tombstones integer, oldest_seconds double precision)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select
    (select count(*)::int from chunks where sync_status = 'PENDING' and dense_vector is not null),
    (select count(*)::int from chunks where sync_status = 'FAILED'),
    (select count(*)::int from tombstones),
    (select extract(epoch from now() - min(next_attempt_at))::float8 from chunks
     where sync_status = 'PENDING' and dense_vector is not null)
$function$;
alter function outbox_depth() owner to omnirag_across;
revoke execute on function outbox_depth() from public;
grant execute on function outbox_depth() to omnirag_app;

CREATE OR REPLACE FUNCTION owner_of_drive_state(hash bytea)
 RETURNS uuid
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select user_id from drive_states where state_hash = hash
$function$;
alter function owner_of_drive_state(bytea) owner to omnirag_across;
revoke execute on function owner_of_drive_state(bytea) from public;
grant execute on function owner_of_drive_state(bytea) to omnirag_app;

CREATE OR REPLACE FUNCTION owner_of_file(file uuid)
 RETURNS uuid
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select user_id from files where id = file
$function$;
alter function owner_of_file(uuid) owner to omnirag_across;
revoke execute on function owner_of_file(uuid) from public;
grant execute on function owner_of_file(uuid) to omnirag_app;

CREATE OR REPLACE FUNCTION owner_of_refresh_token(hash bytea)
 RETURNS uuid
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select user_id from refresh_tokens where token_hash = hash
$function$;
alter function owner_of_refresh_token(bytea) owner to omnirag_across;
revoke execute on function owner_of_refresh_token(bytea) from public;
grant execute on function owner_of_refresh_token(bytea) to omnirag_app;

CREATE OR REPLACE FUNCTION refuse_audit_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION release_dead_leases(of_status text, most integer)
 RETURNS TABLE(file uuid, file_generation integer)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
      update files
      set lease_holder = null, lease_expires_at = null, updated_at = now()
      where id in (
        select id from files
        where status = of_status and lease_holder is not null and lease_expires_at < now() and deleted_at is null
        limit most
        for update skip locked
      )
      returning id, generation
    $function$;
alter function release_dead_leases(text,integer) owner to omnirag_across;
revoke execute on function release_dead_leases(text,integer) from public;
grant execute on function release_dead_leases(text,integer) to omnirag_app;

CREATE OR REPLACE FUNCTION stalled_arrivals(still_for_seconds double precision, most integer)
 RETURNS TABLE(arrival uuid)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select id from arrivals
  where due_at < now() - make_interval(secs => still_for_seconds)
    and (lease_holder is null or lease_expires_at < now())
  order by due_at limit most
$function$;
alter function stalled_arrivals(double precision,integer) owner to omnirag_across;
revoke execute on function stalled_arrivals(double precision,integer) from public;
grant execute on function stalled_arrivals(double precision,integer) to omnirag_app;

CREATE OR REPLACE FUNCTION stand_in_line()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  due timestamptz := greatest(new.due_at, clock_timestamp());
begin
  loop
    insert into turns (stage, user_id, at) values (new.status, new.user_id, due) on conflict do nothing;
    exit when found;
    perform from turns where stage = new.status and user_id = new.user_id and at <= due for key share;
    exit when found;
    update turns set at = due where stage = new.status and user_id = new.user_id and at > due;
    exit when found;
  end loop;
  return null;
end
$function$;
alter function stand_in_line() owner to omnirag_across;
revoke execute on function stand_in_line() from public;
grant execute on function stand_in_line() to omnirag_app;

CREATE OR REPLACE FUNCTION synced_chunks_by_person(most integer)
 RETURNS TABLE(owner uuid, chunks bigint)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select user_id, count(*) from chunks where sync_status = 'SYNCED' group by user_id limit most
$function$;
alter function synced_chunks_by_person(integer) owner to omnirag_across;
revoke execute on function synced_chunks_by_person(integer) from public;
grant execute on function synced_chunks_by_person(integer) to omnirag_app;

CREATE OR REPLACE FUNCTION touch_stalled_files(of_status text, still_for_seconds double precision, most integer)
 RETURNS TABLE(file uuid, file_generation integer)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  update files set updated_at = now()
  where id in (
    select id from files
    where status = of_status and duplicate_of is null and deleted_at is null
      and updated_at < now() - make_interval(secs => still_for_seconds)
    order by updated_at
    limit most
    for update skip locked
  )
  returning id, generation
$function$;
alter function touch_stalled_files(text,double precision,integer) owner to omnirag_across;
revoke execute on function touch_stalled_files(text,double precision,integer) from public;
grant execute on function touch_stalled_files(text,double precision,integer) to omnirag_app;
