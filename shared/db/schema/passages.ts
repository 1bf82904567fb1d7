import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { SyncStatus } from '#shared/domain/file-status.ts';
import type { Location } from '#shared/domain/location.ts';
import type { DefaultedTimestamp, NullableJson, NullableTimestamp, Timestamp } from './column-types.ts';

export interface ChunksTable {
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

export interface TombstonesTable {
  id: ColumnType<number, never, never>;
  user_id: string;
  file_id: string;
  up_to_generation: number;
  passes: Generated<number>;
  not_before: DefaultedTimestamp;
  attempts: Generated<number>;
  created_at: DefaultedTimestamp;
}

export interface SendingsTable {
  id: ColumnType<number, never, never>;
  user_id: string;
  file_id: string;
  generation: number;
  holder: string;
  due_at: Timestamp;
}

/** Live: searched. Filling and retired: not searched, and kept in step with deletions. */
export type IndexStatus = 'live' | 'filling' | 'retired' | 'dropping' | 'dropped';

export interface EmbeddingIndexesTable {
  id: ColumnType<number, never, never>;
  kind: Generated<'text' | 'image'>;
  model: string;
  dimensions: number;
  state: IndexStatus;
  retired_at: NullableTimestamp;
  created_at: DefaultedTimestamp;
}

export interface Bm25SegmentsTable {
  id: ColumnType<number, never, never>;
  user_id: string;
  file_id: string;
  generation: number;
  first_chunk: number;
  chunks: number;
  total_length: number;
  lengths: Buffer;
  languages: JSONColumnType<Record<string, number>>;
  /** The rules by which words became terms; see ANALYSIS in shared/text. */
  analysis: Generated<number>;
}

export interface Bm25PostingsTable {
  user_id: string;
  segment: number;
  chunks: number;
  term: string;
  postings: Buffer;
}
