import type { JsonObject } from '../json.ts';
import type { PointId } from '../point-id.ts';
import type { CollectionConfig } from './collection-config.ts';
import type { IndexSchema } from './payload-index.ts';
import type { Point } from './point-table.ts';
import type { PointVectors } from './vectors.ts';

/** Which points an update is for. A filter is kept as it was sent, so that the log holds Qdrant's own format. */
export type Target = { ids: PointId[] } | { filter: JsonObject };

export type UpsertMode = 'upsert' | 'insert_only' | 'update_only';

/** An update that clients ask for. Each takes one operation number of its collection. */
export type Operation =
  | {
      kind: 'upsert';
      points: Omit<Point, 'version'>[];
      mode: UpsertMode;
      /** Points that exist are replaced only when they pass. */
      updateFilter: JsonObject | undefined;
    }
  | { kind: 'updateVectors'; points: { id: PointId; vectors: PointVectors }[]; updateFilter: JsonObject | undefined }
  | { kind: 'deleteVectors'; names: string[]; target: Target }
  | { kind: 'delete'; target: Target }
  | { kind: 'setPayload'; payload: JsonObject; key: string | undefined; target: Target }
  | { kind: 'overwritePayload'; payload: JsonObject; target: Target }
  | { kind: 'deletePayload'; keys: string[]; target: Target }
  | { kind: 'clearPayload'; target: Target }
  | { kind: 'createIndex'; field: string; schema: IndexSchema }
  | { kind: 'dropIndex'; field: string };

/** What a collection's log holds: its configuration, updates, and, after a compaction, whole points. */
export type LogRecord =
  | Operation
  | { kind: 'configure'; config: CollectionConfig; indexes: [string, IndexSchema][]; operations: number }
  | { kind: 'restore'; points: Point[] };
