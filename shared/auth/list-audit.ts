import { z } from 'zod';
import type { AuditEventView } from '#shared/api/administration.ts';
import { NOBODY } from '#shared/db/as-user.ts';
import { listAuditEvents } from '#shared/db/audit-repository.ts';
import type { Db } from '#shared/db/database.ts';
import type { AuditEventRow } from '#shared/db/schema.ts';
import type { AuditAction } from '#shared/domain/audit-events.ts';
import { decodeCursor, encodeCursor } from '#shared/domain/cursor.ts';

const position = z.object({ before: z.int() });

/** One page of the log, newest first. */
export async function listAudit(
  { db }: { db: Db },
  query: {
    userId?: string | undefined;
    action?: AuditAction | undefined;
    cursor?: string | undefined;
    limit: number;
  },
): Promise<{ items: AuditEventView[]; nextCursor: string | null }> {
  const { userId, action, cursor, limit } = query;
  const before = cursor === undefined ? undefined : decodeCursor(cursor, position).before;
  const rows = await listAuditEvents(db, { userId, action, before, limit: limit + 1 });
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return { items: page.map(viewEvent), nextCursor: last ? encodeCursor({ before: last.id }) : null };
}

function viewEvent(row: AuditEventRow): AuditEventView {
  return {
    id: row.id,
    at: row.at.toISOString(),
    action: row.action,
    userId: row.user_id === NOBODY ? null : row.user_id,
    actorId: row.actor_id,
    targetId: row.target_id,
    address: row.address,
    requestId: row.request_id,
    details: row.details,
  };
}
