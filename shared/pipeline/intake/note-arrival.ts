import { noteArrival } from '#shared/db/arrivals-repository.ts';
import { asUser } from '#shared/db/as-user.ts';
import { findOwnerOfFile } from '#shared/db/cross-tenant.ts';
import { findUser } from '#shared/db/users-repository.ts';
import { type ArrivedObject, arrivedObject, type S3Event } from '#shared/domain/messages.ts';
import { parseIncomingKey } from '#shared/domain/object-keys.ts';
import { type IntakeDeps, ingest } from './intake.ts';

/** One event of the incoming bucket; it may tell of several objects, or of none. */
export async function noteArrivals(deps: IntakeDeps, event: S3Event): Promise<void> {
  for (const record of event.Records) {
    const object = arrivedObject(record);
    if (object) await noteArrived(deps, object);
  }
}

/**
 * What an event of the incoming bucket comes to: the object stands in its owner's line, and a message says that there is
 * work. Events are dealt with as fast as they come, so that nobody's stays unknown behind another's thousand objects. What
 * is nobody's needs no turn: it is removed, or left alone, at once.
 */
export async function noteArrived(deps: IntakeDeps, object: ArrivedObject): Promise<void> {
  const key = parseIncomingKey(object.key);
  const userId =
    key.kind === 'drop' ? key.userId : key.kind === 'upload' ? await findOwnerOfFile(deps.db, key.fileId) : undefined;
  const arrival =
    userId &&
    (await asUser(deps.db, userId, async (trx) =>
      (await findUser(trx, userId))
        ? noteArrival(trx, { userId, objectKey: object.key, etag: object.etag })
        : undefined,
    ));
  if (arrival) await deps.queue.send('accept', { arrivalId: arrival.id });
  else await ingest(deps, object);
}
