import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type ClaimedTurn, claimTurn } from '#shared/db/cross-tenant.ts';
import type { Db } from '#shared/db/database.ts';
import type { FileStatus } from '#shared/domain/file-status.ts';
import type { ArrivalMessage, StageMessage } from '#shared/domain/messages.ts';
import type { Queue, QueueName } from '#shared/ports/queue.ts';
import type { HostGate, Leave } from './host-gate.ts';

export interface StageLimits {
  /** Renewed while the work goes on; what a worker that died was at is free again after so long. */
  leaseSeconds: number;
}

export interface ClaimedShare extends ClaimedTurn {
  /** Of the lease. */
  holder: string;
  /** Out of the gate of this process. */
  leave: Leave;
}

/** Of the four workers of a stage (infra/functions/ingest), so that one is left for whoever comes next. */
const MOST_OF_ONE_PERSON = 3;
const LOOK_EVERY_MS = 250;
/** How long a worker waits for somebody else's file. Without a wait a person's messages would go round and round. */
const LONGEST_WAIT_MS = 10_000;

/**
 * Claims the file whose turn it is. A queue knows no people, so a message says that there is work for a stage, and the
 * database whose: there are as many messages as files that wait, and each serves one, the one it names or another.
 * @returns undefined when there is nothing to do; `sent again` when something remains for later
 */
export async function claimFairShare(
  deps: { db: Db; queue: Queue; host: HostGate; limits: { stage: StageLimits } },
  stage: { queue: QueueName; from: FileStatus | 'ARRIVED' },
  message: StageMessage | ArrivalMessage,
): Promise<ClaimedShare | 'sent again' | undefined> {
  const until = Date.now() + LONGEST_WAIT_MS;
  const holder = randomUUID();
  let mustWait = false;
  for (;;) {
    const leave = await deps.host.enter();
    const turn = await claimTurn(deps.db, {
      status: stage.from,
      holder,
      leaseSeconds: deps.limits.stage.leaseSeconds,
      mostOfOne: MOST_OF_ONE_PERSON,
      fileId: 'arrivalId' in message ? message.arrivalId : message.fileId,
    }).catch((error: unknown) => {
      leave();
      throw error;
    });
    if (turn.claimed) return { ...turn.claimed, holder, leave };
    leave();
    mustWait ||= turn.mustWait;
    if (turn.lookAgain) continue;
    // Where others wait, it is theirs that this message is for, whatever it names.
    if (turn.readyIn !== undefined && !mustWait) {
      // The worker that has it may be dead: look again when its lease has ended.
      await deps.queue.send(stage.queue, message, { delaySeconds: Math.max(1, Math.ceil(turn.readyIn)) });
      return 'sent again';
    }
    if (!mustWait) return undefined;
    if (Date.now() >= until) {
      await deps.queue.send(stage.queue, message);
      return 'sent again';
    }
    mustWait = false;
    await pause(LOOK_EVERY_MS);
  }
}
