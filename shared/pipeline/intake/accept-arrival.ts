import {
  type ArrivalClaim,
  beginArrival,
  endArrival,
  extendArrival,
  findClaimedArrival,
  postponeArrival,
} from '#shared/db/arrivals-repository.ts';
import { asUser } from '#shared/db/as-user.ts';
import { translatePostgresError } from '#shared/db/postgres-errors.ts';
import type { ArrivalMessage } from '#shared/domain/messages.ts';
import { AppError, isOutage } from '#shared/errors/app-error.ts';
import { claimFairShare } from '#shared/pipeline/claim-fair-share.ts';
import { keepLease } from '#shared/pipeline/keep-lease.ts';
import { extractClaimed, type ProcessDeps } from '#shared/pipeline/process-file.ts';
import { isSuspect, MAX_INTERRUPTED } from '#shared/pipeline/suspects.ts';
import type { ClaimedFile } from './accept-bytes.ts';
import { type IntakeDeps, ingest } from './intake.ts';

export type AcceptDeps = IntakeDeps & ProcessDeps;

/**
 * One message of intake: takes in the object whose turn it is. Its arrival goes when it is dealt with; what fails waits and
 * is tried again, and what fails without an outage, or ends its worker, again and again is refused.
 * @throws the failure when the object cannot even be refused: its arrival waits, and the message is to be delivered again
 */
export async function acceptArrival(deps: AcceptDeps, message: ArrivalMessage): Promise<void> {
  const turn = await claimFairShare(deps, { queue: 'accept', from: 'ARRIVED' }, message);
  if (!turn || turn === 'sent again') return;
  const { userId, fileId: id, generation, holder } = turn;
  const claim: ArrivalClaim = { id, userId, generation, holder };
  const inTheirName = <T>(work: Parameters<typeof asUser<T>>[2]) => asUser(deps.db, userId, work);
  let { leave } = turn;
  try {
    const arrival = await inTheirName(async (trx) => {
      const found = await findClaimedArrival(trx, claim);
      if (found && !isSuspect(found)) await beginArrival(trx, claim);
      return found;
    });
    if (!arrival) return;
    const object = { key: arrival.object_key, etag: arrival.etag ?? undefined };
    const { leaseSeconds } = deps.limits.stage;
    const extend = () => inTheirName((trx) => extendArrival(trx, claim, leaseSeconds));
    await keepLease({ leaseSeconds, log: deps.log }, { extend, about: { key: object.key } }, async () => {
      const claimed: ClaimedFile[] = [];
      const onClaimed = (file: ClaimedFile): void => void claimed.push(file);
      const failure = await failureOf(async () => {
        if (arrival.attempts >= MAX_INTERRUPTED) {
          await ingest(deps, object, { refusal: new AppError('PROCESSING_FAILED', { detail: BROKE_OFF }) });
        } else {
          if (isSuspect(arrival)) {
            leave();
            leave = await deps.host.enterAlone();
            if (!(await inTheirName((trx) => beginArrival(trx, claim)))) return;
          }
          await ingest(deps, object, { goOn: { leaseSeconds, onClaimed } });
        }
      });
      // Its arrival stays until then: who dies here is followed by one who finds the file where it was left.
      for (const file of claimed) await extractClaimed(deps, file);
      if (failure !== undefined) {
        deps.log.warn({ err: failure, key: object.key }, 'an object could not be ingested');
        const isFault = !isOutage(failure);
        const isLast = isFault && arrival.faults + 1 >= MOST_FAULTS;
        const still = isLast
          ? await failureOf(() =>
              ingest(deps, object, { refusal: new AppError('PROCESSING_FAILED', { detail: ALWAYS_FAILED }) }),
            )
          : failure;
        if (still !== undefined) {
          const isHopeless = isLast && !isOutage(still);
          const most = isHopeless ? SOONER_THAN_DELIVERED_AGAIN : LONGEST_WAIT;
          const seconds = await inTheirName((trx) => postponeArrival(trx, claim, { isFault, most }));
          if (seconds === undefined) return;
          if (isHopeless) {
            const faults = arrival.faults + 1;
            deps.log.error(
              { err: failure, key: object.key, faults },
              'an object could be neither ingested nor rejected',
            );
            throw failure;
          }
          await deps.queue.send('accept', { arrivalId: id }, { delaySeconds: seconds });
          return;
        }
      }
      if (await inTheirName((trx) => endArrival(trx, claim))) await deps.queue.send('accept', { arrivalId: id });
    });
  } finally {
    leave();
  }
}

async function failureOf(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return translatePostgresError(error) ?? new Error('failed without a reason');
  }
}

/** How often taking an object in may fail although everything it needs answers. */
const MOST_FAULTS = 5;
/** As powers of two, in seconds. */
const LONGEST_WAIT = 9;
/** So the message that failed finds it due, and counts towards the dead-letter queue. */
const SOONER_THAN_DELIVERED_AGAIN = 5;
const ALWAYS_FAILED = `The upload could not be processed: an internal error occurred ${MOST_FAULTS} times. Upload the file again. If it fails again, tell the administrator: the log names the cause.`;
const BROKE_OFF = `The upload could not be processed: processing stopped ${MAX_INTERRUPTED} times without an error. Upload the file again, or split it into smaller files.`;
