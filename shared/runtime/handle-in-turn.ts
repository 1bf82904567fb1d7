import type { Queue, QueueName } from '#shared/ports/queue.ts';

export interface Received<T> {
  messageId: string;
  message: T;
}

/** A message that took so long has others wait for it that somebody else might handle. */
const LONG_MS = 1_000;

/**
 * Handles messages that say no more than that there is work, one after the other; where one takes long, those that are not
 * begun go back to the queue meanwhile.
 */
export async function handleInTurn<T extends object>(
  { queue }: { queue: Queue },
  name: QueueName,
  received: readonly Received<T>[],
  handle: (message: T) => Promise<void>,
  failed: (one: Received<T>, error: unknown) => void,
): Promise<void> {
  const waiting = [...received];
  const giveBack = async (): Promise<void> => {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      const given = one;
      await queue.send(name, given.message).catch((error: unknown) => failed(given, error));
    }
  };
  for (let one = waiting.shift(); one; one = waiting.shift()) {
    const begun = one;
    let givenBack: Promise<void> | undefined;
    const timer = setTimeout(() => {
      givenBack = giveBack();
    }, LONG_MS);
    await handle(begun.message).catch((error: unknown) => failed(begun, error));
    clearTimeout(timer);
    await givenBack;
  }
}
