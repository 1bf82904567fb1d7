import type { ColumnType, Generated, GeneratedAlways, JSONColumnType } from 'kysely';
import type { ChunkState } from '#shared/domain/chunk.ts';
import type { FileSource, FileStatus } from '#shared/domain/file-status.ts';
import type { LanguageTally } from '#shared/domain/language-tally.ts';
import type { PagePlace } from '#shared/domain/page-place.ts';
import type { ErrorCode } from '#shared/errors/codes.ts';
import type { DefaultedJson, DefaultedTimestamp, NullableJson, NullableTimestamp, Timestamp } from './column-types.ts';

export interface FilesTable {
  id: string;
  user_id: string;
  filename: string;
  content_type: string;
  size: number;
  sha256: string | null;
  source: FileSource;
  external_id: string | null;
  idempotency_hash: string | null;
  status: FileStatus;
  error_code: ErrorCode | null;
  error_message: string | null;
  generation: Generated<number>;
  live_generation: number | null;
  content_generation: number | null;
  content_key: string | null;
  /** Of the bytes before, while the text of those is what is found. */
  former_sha256: string | null;
  pages: number | null;
  pages_done: Generated<number>;
  pages_chunked: Generated<number>;
  chunker_state: ColumnType<
    (ChunkState & { languages?: LanguageTally }) | null,
    string | null | undefined,
    string | null
  >;
  chunks: Generated<number>;
  chunks_embedded: Generated<number>;
  chunks_synced: Generated<number>;
  /** Pictures of pages that have a vector, and those of them that are published. */
  pictures: Generated<number>;
  pictures_synced: Generated<number>;
  language: string | null;
  /** The index, other than that of the passages' own model, that this generation was put into last. */
  backfilled_index: number | null;
  backfilled_generation: number | null;
  /** Passages of it that are longer than that index's model reads. */
  backfilled_cut: number | null;
  warnings: DefaultedJson<string[]>;
  duplicate_of: string | null;
  parent_id: string | null;
  parent_generation: number | null;
  path_in_parent: string | null;
  root_id: string | null;
  depth: Generated<number>;
  failures: Generated<number>;
  /** Begun on the present stage and not ended in order. */
  attempts: Generated<number>;
  /** Since when it waits in its stage; ahead after a failure. */
  due_at: DefaultedTimestamp;
  lease_holder: string | null;
  lease_expires_at: NullableTimestamp;
  created_at: DefaultedTimestamp;
  updated_at: DefaultedTimestamp;
  ready_at: NullableTimestamp;
  deleted_at: NullableTimestamp;
  /** Letters and digits of the name, case and accents aside. */
  name_key: GeneratedAlways<string>;
}

export interface UploadsTable {
  file_id: string;
  user_id: string;
  object_key: string;
  object_etag: string | null;
  object_modified: NullableTimestamp;
  filename: string;
  content_type: string;
  size: number;
  sha256: string | null;
  multipart_id: string | null;
  part_size: number | null;
  expires_at: Timestamp;
  created_at: DefaultedTimestamp;
}

export interface LooseObjectsTable {
  id: ColumnType<number, never, never>;
  user_id: string;
  file_id: string | null;
  bucket: 'incoming' | 'storage';
  object_key: string;
  object_etag: string | null;
  object_modified: NullableTimestamp;
  size: Generated<number>;
  due_at: Timestamp;
  last_at: Timestamp;
  given_up: Generated<boolean>;
}

export interface PageHeading {
  /** UTF-16 index in the page's text where the heading's line begins. */
  offset: number;
  level: number;
  title: string;
}

export interface PagesTable {
  file_id: string;
  generation: number;
  number: number;
  user_id: string;
  text: string;
  headings: JSONColumnType<PageHeading[]>;
  char_offset: number;
  /** Null where the page's number or span says it all. */
  place: NullableJson<PagePlace>;
  /** The object with the small copy of what the page shows; null for pages that are no pictures. */
  picture_key: string | null;
}
