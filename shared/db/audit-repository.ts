import type { AuditAction, AuditDetails, RequestOrigin } from '#shared/auth/audit.ts';
import type { DbOrTrx } from './database.ts';
import type { AuditEventRow } from './schema.ts';

export interface NewAuditEvent {
  action: AuditAction;
  /** The account it is about; undefined for a login that no account has. */
  userId: string | undefined;
  /** Who did it; undefined when nobody was signed in, and for the command line. */
  actorId: string | undefined;
  /** The file, where it is about one. */
  targetId?: string;
  /** Undefined for the command line and for work without a request. */
  from: RequestOrigin | undefined;
  details?: AuditDetails;
}

/** Adds to the log; called in the transaction of the act where there is one, so that neither is there without the other. */
export async function recordAudit(db: DbOrTrx, event: NewAuditEvent): Promise<void> {
  await db
    .insertInto('audit_events')
    .values({
      action: event.action,
      user_id: event.userId ?? null,
      actor_id: event.actorId ?? null,
      target_id: event.targetId ?? null,
      address: event.from?.address ?? null,
      request_id: event.from?.requestId ?? null,
      details: JSON.stringify(event.details ?? {}),
    })
    .execute();
}

/** Newest first. */
export function listAuditEvents(
  db: DbOrTrx,
  filter: { userId?: string | undefined; action?: AuditAction | undefined; before?: number | undefined; limit: number },
): Promise<AuditEventRow[]> {
  let query = db.selectFrom('audit_events').selectAll();
  if (filter.userId !== undefined) query = query.where('user_id', '=', filter.userId);
  if (filter.action !== undefined) query = query.where('action', '=', filter.action);
  if (filter.before !== undefined) query = query.where('id', '<', filter.before);
  return query.orderBy('id', 'desc').limit(filter.limit).execute();
}
