import { sql } from 'kysely';
import type { AuditAction, AuditDetails, RequestOrigin } from '#shared/domain/audit-events.ts';
import { asEachPerson, NOBODY } from './as-user.ts';
import { listAuditIds } from './cross-tenant.ts';
import type { Db, DbOrTrx, Trx } from './database.ts';
import type { AuditEventRow } from './schema.ts';

export interface NewAuditEvent {
  action: AuditAction;
  /** The account it is about, in whose name it is written; undefined for a login that no account has: then NOBODY's. */
  userId: string | undefined;
  /** Who did it; undefined when nobody was signed in, and for the command line. */
  actorId: string | undefined;
  /** The file, where it is about one. */
  targetId?: string;
  /** Undefined for the command line and for work without a request. */
  from: Partial<RequestOrigin> | undefined;
  details?: AuditDetails;
}

/** Adds to the log; called in the transaction of the act where there is one, so that neither is there without the other. */
export async function recordAudit(db: DbOrTrx, event: NewAuditEvent): Promise<void> {
  await db
    .insertInto('audit_events')
    .values({
      action: event.action,
      user_id: event.userId ?? NOBODY,
      actor_id: event.actorId ?? null,
      target_id: event.targetId ?? null,
      address: event.from?.address ?? null,
      request_id: event.from?.requestId ?? null,
      details: JSON.stringify(event.details ?? {}),
    })
    .execute();
}

/** Deletes what is about the person in whose name it is called, and takes them out of what they did to others. */
export async function eraseAuditEvents(trx: Trx, userId: string): Promise<void> {
  await sql`select erase_audit_events(${userId})`.execute(trx);
}

/** Newest first. For administrators alone: it is about everybody. */
export async function listAuditEvents(
  db: Db,
  filter: { userId?: string | undefined; action?: AuditAction | undefined; before?: number | undefined; limit: number },
): Promise<AuditEventRow[]> {
  const found = Map.groupBy(await listAuditIds(db, filter), (event) => event.userId);
  const events = await asEachPerson(db, [...found.keys()], (trx, userId) =>
    trx
      .selectFrom('audit_events')
      .selectAll()
      .where(
        'id',
        'in',
        (found.get(userId) ?? []).map((event) => event.id),
      )
      .execute(),
  );
  return events.flat().sort((one, other) => other.id - one.id);
}
