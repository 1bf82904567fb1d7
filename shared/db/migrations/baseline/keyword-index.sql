-- The keyword index: what search scores passages by, without another store or an extension.

create table bm25_segments (
  id integer generated always as identity primary key,
  user_id uuid not null references users (id) on delete cascade,
  file_id uuid not null references files (id) on delete cascade,
  generation integer not null,
  -- the passages of one transaction of the chunk stage: this one and those that follow it
  first_chunk integer not null,
  chunks integer not null,
  total_length integer not null,
  -- words of each passage, as varints
  lengths bytea not null,
  -- passages by the language whose rules they were analysed by
  languages jsonb not null,
  unique (file_id, generation, first_chunk)
);
create index bm25_segments_person on bm25_segments (user_id);

create table bm25_postings (
  user_id uuid not null,
  segment integer not null,
  -- how many passages of the segment hold the term: summed, its exact document frequency
  chunks integer not null,
  term text collate "C" not null,
  postings bytea not null
);
-- Bytes of small numbers do not compress; trying costs time.
alter table bm25_postings alter column postings set storage external;
alter table bm25_segments alter column lengths set storage external;
-- Neither is unique, so that PostgreSQL keeps a key that many rows share once: 6 bytes a row instead of 40.
create index bm25_postings_term on bm25_postings (user_id, term);
create index bm25_postings_segment on bm25_postings (segment);

-- A foreign key would be checked for every posting that is written; this costs one statement a deletion, whoever deletes.
create function delete_bm25_postings() returns trigger language plpgsql set search_path from current as $$
begin
  delete from bm25_postings p using gone where p.segment = gone.id and p.user_id = gone.user_id;
  return null;
end $$;
create trigger bm25_segments_deleted after delete on bm25_segments
referencing old table as gone for each statement execute function delete_bm25_postings();
