import type { ColumnType, Generated } from 'kysely';
import type { AuditAction, AuditDetails } from '#shared/domain/audit-events.ts';
import type { Role } from '#shared/domain/permissions.ts';
import type { DefaultedTimestamp, NullableTimestamp, Timestamp } from './column-types.ts';

export interface UsersTable {
  id: string;
  email: string;
  username: string;
  password_hash: string;
  role: Generated<Role>;
  index_version: Generated<number>;
  created_at: DefaultedTimestamp;
  disabled_at: NullableTimestamp;
}

export interface SessionsTable {
  id: string;
  user_id: string;
  created_at: DefaultedTimestamp;
  last_used_at: DefaultedTimestamp;
  expires_at: Timestamp;
  address: string | null;
  agent: string | null;
}

export interface RefreshTokensTable {
  token_hash: Buffer;
  user_id: string;
  family_id: string;
  expires_at: Timestamp;
  used_at: NullableTimestamp;
}

export interface RateLimitsTable {
  key: string;
  full_at: Timestamp;
}

export interface FamiliarNetworksTable {
  user_id: string;
  network: string;
  last_login_at: Timestamp;
}

export interface NoticesTable {
  id: string;
  user_id: string;
  kind: 'email.changed' | 'password.changed';
  address: string;
  created_at: DefaultedTimestamp;
  sent_at: NullableTimestamp;
  attempts: Generated<number>;
  next_attempt_at: DefaultedTimestamp;
}

export interface ErasuresTable {
  user_id: string;
  passes: Generated<number>;
  not_before: DefaultedTimestamp;
  requested_at: DefaultedTimestamp;
}

export interface ExportsTable {
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

export interface AuditEventsTable {
  id: ColumnType<number, never, never>;
  at: ColumnType<Date, never, never>;
  action: ColumnType<AuditAction, AuditAction, never>;
  user_id: ColumnType<string, string, never>;
  actor_id: ColumnType<string | null, string | null, never>;
  target_id: ColumnType<string | null, string | null, never>;
  address: ColumnType<string | null, string | null, never>;
  request_id: ColumnType<string | null, string | null, never>;
  details: ColumnType<AuditDetails, string | undefined, never>;
}
