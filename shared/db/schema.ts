import type { Insertable, Selectable } from 'kysely';
import type {
  AuditEventsTable,
  ErasuresTable,
  ExportsTable,
  FamiliarNetworksTable,
  NoticesTable,
  RateLimitsTable,
  RefreshTokensTable,
  SessionsTable,
  UsersTable,
} from './schema/accounts.ts';
import type { DriveConnectionsTable, DriveItemsTable, DriveStatesTable } from './schema/drive.ts';
import type { FilesTable, LooseObjectsTable, PagesTable, UploadsTable } from './schema/files.ts';
import type {
  Bm25PostingsTable,
  Bm25SegmentsTable,
  ChunksTable,
  EmbeddingIndexesTable,
  SendingsTable,
  TombstonesTable,
} from './schema/passages.ts';
import type { ArrivalsTable, TurnsTable, UpkeepTable } from './schema/turns.ts';

export type { PageHeading } from './schema/files.ts';
export type { IndexStatus } from './schema/passages.ts';

/** Every table and column, as TypeScript sees it; held against the database by testing/held-against.ts. */
export interface Database {
  users: UsersTable;
  sessions: SessionsTable;
  refresh_tokens: RefreshTokensTable;
  rate_limits: RateLimitsTable;
  familiar_networks: FamiliarNetworksTable;
  notices: NoticesTable;
  erasures: ErasuresTable;
  exports: ExportsTable;
  audit_events: AuditEventsTable;
  files: FilesTable;
  uploads: UploadsTable;
  loose_objects: LooseObjectsTable;
  pages: PagesTable;
  chunks: ChunksTable;
  tombstones: TombstonesTable;
  sendings: SendingsTable;
  embedding_indexes: EmbeddingIndexesTable;
  bm25_segments: Bm25SegmentsTable;
  bm25_postings: Bm25PostingsTable;
  drive_connections: DriveConnectionsTable;
  drive_states: DriveStatesTable;
  drive_items: DriveItemsTable;
  turns: TurnsTable;
  arrivals: ArrivalsTable;
  upkeep: UpkeepTable;
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
