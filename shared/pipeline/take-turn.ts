import { setTimeout as pause } from 'node:timers/promises';
import { findFairTurn } from '#shared/db/across-people.ts';
import type { Db } from '#shared/db/database.ts';
import type { FileStatus } from '#shared/db/schema.ts';
import type { Queue, QueueName } from '#shared/ports/queue.ts';
import type { StageMessage } from './messages.ts';

export interface Turn {
  message: StageMessage;
  /** Files of the same person that the stage was at work on when this one's turn came. */
  alongside: number;
}

/** Of the four workers of a stage (infra/functions/ingest), so that one is left for whoever comes next. */
const MOST_OF_ONE_PERSON = 3;
const LOOK_EVERY_MS = 250;
/** How long a worker waits for somebody else's file. Without a wait a person's messages would go round and round. */
const LONGEST_WAIT_MS = 10_000;

/**
 * Decides whose file is worked on now, since a queue knows no people: a person whose files keep workers busy, with bombs
 * or with a thousand uploads, holds up nobody who has fewer at work. The message that has to wait is sent again before
 * the other's file is begun; that file's own message then finds nothing to do.
 * @returns undefined when the message was sent again and there is nothing to do now
 */
export async function takeTurn(
  { db, queue }: { db: Db; queue: Queue },
  stage: { queue: QueueName; from: FileStatus },
  message: StageMessage,
): Promise<Turn | undefined> {
  const until = Date.now() + LONGEST_WAIT_MS;
  for (;;) {
    const turn = await findFairTurn(db, message.fileId, stage.from);
    if (turn?.other) {
      await queue.send(stage.queue, message);
      return { message: turn.other, alongside: 0 };
    }
    const alongside = turn?.running ?? 0;
    if (alongside < MOST_OF_ONE_PERSON) return { message, alongside };
    if (Date.now() >= until) {
      await queue.send(stage.queue, message);
      return undefined;
    }
    await pause(LOOK_EVERY_MS);
  }
}
