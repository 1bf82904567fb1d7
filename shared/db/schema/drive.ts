import type { Generated } from 'kysely';
import type { ErrorCode } from '#shared/errors/codes.ts';
import type { DefaultedJson, DefaultedTimestamp, NullableTimestamp, Timestamp } from './column-types.ts';

export interface DriveConnectionsTable {
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

export interface DriveStatesTable {
  state_hash: Buffer;
  user_id: string;
  nonce_hash: Buffer;
  code_verifier: string;
  expires_at: Timestamp;
}

export interface DriveItemsTable {
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
