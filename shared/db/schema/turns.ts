import type { Generated } from 'kysely';
import type { DefaultedTimestamp, NullableTimestamp, Timestamp } from './column-types.ts';

export interface TurnsTable {
  /** The status in which files wait for the stage. */
  stage: string;
  user_id: string;
  at: Timestamp;
}

export interface ArrivalsTable {
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

export interface UpkeepTable {
  name: string;
  asked_at: NullableTimestamp;
  done_at: NullableTimestamp;
  deleted_rows: number | null;
  /** What was looked at last; null where the next run begins at the beginning. */
  place: string | null;
}
