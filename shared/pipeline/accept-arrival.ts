import {
  type ArrivalClaim,
  beginArrival,
  endArrival,
  extendArrival,
  findClaimedArrival,
  postponeArrival,
} from '#shared/db/arrivals-repository.ts';
import { asPerson } from '#shared/db/as-person.ts';
import { translatePostgresError } from '#shared/db/postgres-errors.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { HostGate } from './host-gate.ts';
import { type IntakeDeps, takeIn } from './intake.ts';
import { keepLease } from './keep-lease.ts';
import type { ArrivalMessage } from './messages.ts';
import { isSuspect, MAX_INTERRUPTED } from './suspects.ts';
import { takeTurn } from './take-turn.ts';

export interface AcceptDeps extends IntakeDeps {
  host: HostGate;
  leaseSeconds: number;
}

/**
 * One message of intake: takes in the object whose turn it is. Its arrival goes when it is dealt with; what fails waits and
 * is tried again, and what ends its worker again and again is refused.
 */
export async function acceptArrival(deps: AcceptDeps, message: ArrivalMessage): Promise<void> {
  const turn = await takeTurn(deps, { queue: 'accept', from: 'ARRIVED' }, message);
  if (!turn) return;
  const { userId, fileId: id, generation, holder } = turn;
  const claim: ArrivalClaim = { id, userId, generation, holder };
  const inTheirName = <T>(work: Parameters<typeof asPerson<T>>[2]) => asPerson(deps.db, userId, work);
  let { leave } = turn;
  try {
    const arrival = await inTheirName(async (trx) => {
      const found = await findClaimedArrival(trx, claim);
      if (found && !isSuspect(found)) await beginArrival(trx, claim);
      return found;
    });
    if (!arrival) return;
    const object = { key: arrival.object_key, etag: arrival.etag ?? undefined };
    const extend = () => inTheirName((trx) => extendArrival(trx, claim, deps.leaseSeconds));
    await keepLease(deps, { extend, about: { key: object.key } }, async () => {
      try {
        if (arrival.attempts >= MAX_INTERRUPTED) {
          await takeIn(deps, object, new AppError('PROCESSING_FAILED', { detail: BROKE_OFF }));
        } else {
          if (isSuspect(arrival)) {
            leave();
            leave = await deps.host.enterAlone();
            if (!(await inTheirName((trx) => beginArrival(trx, claim)))) return;
          }
          await takeIn(deps, object);
        }
      } catch (error) {
        deps.log.warn({ err: translatePostgresError(error), key: object.key }, 'an object could not be taken in');
        const seconds = await inTheirName((trx) => postponeArrival(trx, claim));
        if (seconds !== undefined) await deps.queue.send('accept', { arrivalId: id }, { delaySeconds: seconds });
        return;
      }
      if (await inTheirName((trx) => endArrival(trx, claim))) await deps.queue.send('accept', { arrivalId: id });
    });
  } finally {
    leave();
  }
}

const BROKE_OFF = `The file could not be taken in: it broke off ${MAX_INTERRUPTED} times without an error. Upload it again, or store it in smaller parts.`;
