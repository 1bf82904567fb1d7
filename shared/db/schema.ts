import type { ColumnType, Generated, Insertable, JSONColumnType, Selectable } from 'kysely';
import type { AuditAction, AuditDetails } from '#shared/domain/audit-events.ts';
import type { ChunkState } from '#shared/domain/chunk.ts';
import type { FileSource, FileStatus, SyncStatus } from '#shared/domain/file-status.ts';
import type { LanguageTally } from '#shared/domain/language-tally.ts';
import type { Location } from '#shared/domain/location.ts';
import type { PagePlace } from '#shared/domain/page-place.ts';
import type { Role } from '#shared/domain/permissions.ts';
import type { ErrorCode } from '#shared/errors/codes.ts';

type Timestamp = ColumnType<Date, Date | string, Date | string>;
type DefaultedTimestamp = ColumnType<Date, Date | string | undefined, Date | string>;
type NullableTimestamp = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
type NullableJson<T extends object> = ColumnType<T | null, string | null | undefined, string | null>;
type DefaultedJson<T extends object> = ColumnType<T, string | undefined, string>;

interface UsersTable {
  id: string;
  email: string;
  username: string;
  password_hash: string;
  role: Generated<Role>;
  index_version: Generated<number>;
  created_at: DefaultedTimestamp;
  disabled_at: NullableTimestamp;
}

interface SessionsTable {
  id: string;
  user_id: string;
  created_at: DefaultedTimestamp;
  last_used_at: DefaultedTimestamp;
  expires_at: Timestamp;
  address: string | null;
  agent: string | null;
}

interface NoticesTable {
  id: string;
  user_id: string;
  kind: 'email.changed' | 'password.changed';
  address: string;
  created_at: DefaultedTimestamp;
  sent_at: NullableTimestamp;
  attempts: Generated<number>;
  next_attempt_at: DefaultedTimestamp;
}

interface UpkeepTable {
  name: string;
  asked_at: NullableTimestamp;
  done_at: NullableTimestamp;
  deleted_rows: number | null;
  /** What was looked at last; null where the next run begins at the beginning. */
  place: string | null;
}

interface RefreshTokensTable {
  token_hash: Buffer;
  user_id: string;
  family_id: string;
  expires_at: Timestamp;
  used_at: NullableTimestamp;
}

interface RateLimitsTable {
  key: string;
  full_at: Timestamp;
}

interface FamiliarNetworksTable {
  user_id: string;
  network: string;
  last_login_at: Timestamp;
}

interface AuditEventsTable {
  id: ColumnType<number, never, never>;
  at: ColumnType<Date, never, never>;
  action: ColumnType<AuditAction, AuditAction, never>;
  user_id: ColumnType<string | null, string | null, never>;
  actor_id: ColumnType<string | null, string | null, never>;
  target_id: ColumnType<string | null, string | null, never>;
  address: ColumnType<string | null, string | null, never>;
  request_id: ColumnType<string | null, string | null, never>;
  details: ColumnType<AuditDetails, string | undefined, never>;
}

interface FilesTable {
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
  refilled_index: number | null;
  refilled_generation: number | null;
  /** Passages of it that are longer than that index's model reads. */
  refilled_cut: number | null;
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
}

interface TurnsTable {
  /** The status in which files wait for the stage. */
  stage: string;
  user_id: string;
  at: Timestamp;
}

interface ArrivalsTable {
  id: Generated<string>;
  object_key: string;
  user_id: string;
  etag: string | null;
  /** Events that told of other bytes under this key. */
  generation: Generated<number>;
  status: Generated<'ARRIVED'>;
  due_at: DefaultedTimestamp;
  updated_at: DefaultedTimestamp;
  failures: Generated<number>;
  /** Those of them that no outage explains. */
  faults: Generated<number>;
  attempts: Generated<number>;
  lease_holder: string | null;
  lease_expires_at: NullableTimestamp;
}

interface UploadsTable {
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

export interface PageHeading {
  /** UTF-16 index in the page's text where the heading's line begins. */
  offset: number;
  level: number;
  title: string;
}

interface PagesTable {
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

interface ChunksTable {
  id: string;
  user_id: string;
  file_id: string;
  generation: number;
  /** Below zero for the picture of a page, which is published like a passage and has no text. */
  chunk_index: number;
  page: number;
  char_start: number;
  char_end: number;
  heading_path: JSONColumnType<string[]>;
  content: string;
  tokens: number;
  /** ISO 639-1; null where it could not be told. */
  language: string | null;
  /** Null where the page or the span says it all. */
  location: NullableJson<Location>;
  sync_status: Generated<SyncStatus>;
  /** Of the text's model, of a picture by the pictures' model. */
  dense_vector: number[] | null;
  sparse_indices: number[] | null;
  sparse_values: number[] | null;
  qdrant_id: string | null;
  embedding_model: string | null;
  attempts: Generated<number>;
  next_attempt_at: DefaultedTimestamp;
  lease_holder: string | null;
  lease_expires_at: NullableTimestamp;
  last_error: string | null;
}

interface TombstonesTable {
  id: ColumnType<number, never, never>;
  user_id: string;
  file_id: string;
  up_to_generation: number;
  passes: Generated<number>;
  not_before: DefaultedTimestamp;
  attempts: Generated<number>;
  created_at: DefaultedTimestamp;
}

interface LooseObjectsTable {
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

interface SendingsTable {
  id: ColumnType<number, never, never>;
  user_id: string;
  file_id: string;
  generation: number;
  holder: string;
  due_at: Timestamp;
}

/** Live: searched. Filling and retired: not searched, and kept in step with deletions. */
export type IndexStatus = 'live' | 'filling' | 'retired' | 'dropping' | 'dropped';

interface EmbeddingIndexesTable {
  id: ColumnType<number, never, never>;
  kind: Generated<'text' | 'image'>;
  model: string;
  dimensions: number;
  state: IndexStatus;
  retired_at: NullableTimestamp;
  created_at: DefaultedTimestamp;
}

interface DriveConnectionsTable {
  user_id: string;
  id: string;
  account: string;
  status: 'CONNECTED' | 'REAUTH_REQUIRED';
  encrypted_refresh_token: string;
  token_iv: string;
  token_auth_tag: string;
  token_key_id: string;
  folder_ids: DefaultedJson<string[]>;
  page_token: string | null;
  crawl_id: Generated<number>;
  crawl_page_token: string | null;
  crawl_cursor: string | null;
  last_full_at: NullableTimestamp;
  last_sync_at: NullableTimestamp;
  last_error_code: ErrorCode | null;
  last_error_message: string | null;
  attempts: Generated<number>;
  next_attempt_at: DefaultedTimestamp;
  lease_holder: string | null;
  lease_expires_at: NullableTimestamp;
  asked: Generated<boolean>;
  created_at: DefaultedTimestamp;
}

interface DriveStatesTable {
  state_hash: Buffer;
  user_id: string;
  nonce_hash: Buffer;
  code_verifier: string;
  expires_at: Timestamp;
}

interface DriveItemsTable {
  user_id: string;
  item_id: string;
  parent_id: string | null;
  name: string;
  mime_type: string;
  trashed: boolean;
  fingerprint: string;
  size: number | null;
  md5: string | null;
  target_id: string | null;
  removed: Generated<boolean>;
  seen_crawl: number;
  dirty: Generated<boolean>;
  file_id: string | null;
  synced_fingerprint: string | null;
  synced_name: string | null;
  failures: Generated<number>;
}

interface Bm25SegmentsTable {
  id: ColumnType<number, never, never>;
  user_id: string;
  file_id: string;
  generation: number;
  first_chunk: number;
  chunks: number;
  total_length: number;
  lengths: Buffer;
  languages: JSONColumnType<Record<string, number>>;
}

interface Bm25PostingsTable {
  user_id: string;
  segment: number;
  chunks: number;
  term: string;
  postings: Buffer;
}

interface ErasuresTable {
  user_id: string;
  passes: Generated<number>;
  not_before: DefaultedTimestamp;
  requested_at: DefaultedTimestamp;
}

interface ExportsTable {
  user_id: string;
  id: string;
  status: 'PENDING' | 'READY' | 'FAILED';
  object_key: string | null;
  size: number | null;
  /** Begun ones; it only rises. */
  attempts: Generated<number>;
  /** Those of them that do not count. */
  forgiven: Generated<number>;
  lease_expires_at: NullableTimestamp;
  requested_at: DefaultedTimestamp;
  expires_at: Timestamp;
  /** Files that the archive names and lacks, or has in part. */
  unreadable: Generated<number>;
  /** Whether the lease is that of somebody at work, and not a delay. */
  building: Generated<boolean>;
}

export interface Database {
  erasures: ErasuresTable;
  exports: ExportsTable;
  users: UsersTable;
  sessions: SessionsTable;
  notices: NoticesTable;
  upkeep: UpkeepTable;
  refresh_tokens: RefreshTokensTable;
  rate_limits: RateLimitsTable;
  familiar_networks: FamiliarNetworksTable;
  audit_events: AuditEventsTable;
  files: FilesTable;
  turns: TurnsTable;
  arrivals: ArrivalsTable;
  uploads: UploadsTable;
  pages: PagesTable;
  chunks: ChunksTable;
  tombstones: TombstonesTable;
  loose_objects: LooseObjectsTable;
  sendings: SendingsTable;
  embedding_indexes: EmbeddingIndexesTable;
  drive_connections: DriveConnectionsTable;
  drive_states: DriveStatesTable;
  drive_items: DriveItemsTable;
  bm25_segments: Bm25SegmentsTable;
  bm25_postings: Bm25PostingsTable;
}

export type UserRow = Selectable<UsersTable>;
export type NoticeRow = Selectable<NoticesTable>;
export type AuditEventRow = Selectable<AuditEventsTable>;
export type FileRow = Selectable<FilesTable>;
export type NewFileRow = Insertable<FilesTable>;
export type ArrivalRow = Selectable<ArrivalsTable>;
export type UploadRow = Selectable<UploadsTable>;
export type PageRow = Selectable<PagesTable>;
export type ChunkRow = Selectable<ChunksTable>;
export type NewChunkRow = Insertable<ChunksTable>;
export type DriveConnectionRow = Selectable<DriveConnectionsTable>;
export type DriveItemRow = Selectable<DriveItemsTable>;
export type TombstoneRow = Selectable<TombstonesTable>;
export type LooseObjectRow = Selectable<LooseObjectsTable>;
export type SendingRow = Selectable<SendingsTable>;
export type ExportRow = Selectable<ExportsTable>;
