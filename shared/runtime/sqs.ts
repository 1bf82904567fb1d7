import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { z } from 'zod';
import { translatePostgresError } from '#shared/db/postgres-errors.ts';
import type { QueueName } from '#shared/ports/queue.ts';
import { type Container, getBackgroundContainer } from './container.ts';
import { handleInTurn, type Received } from './handle-in-turn.ts';

type QueueFunction = (event: SQSEvent) => Promise<SQSBatchResponse>;

/**
 * Wraps a queue's function: messages are handled side by side, each for itself; only those that failed are delivered
 * again. A message that is not of the queue's form can never succeed: it is logged and left out.
 */
export function sqsHandler<T extends z.ZodType>(
  schema: T,
  handle: (container: Container, message: z.output<T>) => Promise<void>,
): QueueFunction {
  return batchHandler(schema, async (container, received, failed) => {
    await Promise.all(received.map((one) => handle(container, one.message).catch((error) => failed(one, error))));
  });
}

/** As {@link sqsHandler}, for messages that say no more than that there is work; see {@link handleInTurn}. */
export function sqsTurnsHandler<T extends z.ZodType<object>>(
  queue: QueueName,
  schema: T,
  handle: (container: Container, message: z.output<T>) => Promise<void>,
): QueueFunction {
  return batchHandler(schema, (container, received, failed) =>
    handleInTurn(container, queue, received, (message) => handle(container, message), failed),
  );
}

/** As {@link sqsHandler}, for messages that are handled together: they succeed or fail as one. */
export function sqsTogetherHandler<T extends z.ZodType>(
  schema: T,
  handle: (container: Container, messages: z.output<T>[]) => Promise<void>,
): QueueFunction {
  return batchHandler(schema, async (container, received, failed) => {
    const messages = received.map(({ message }) => message);
    await handle(container, messages).catch((error) => {
      for (const one of received) failed(one, error);
    });
  });
}

function batchHandler<T extends z.ZodType>(
  schema: T,
  handleAll: (
    container: Container,
    received: Received<z.output<T>>[],
    failed: (one: { messageId: string }, error: unknown) => void,
  ) => Promise<void>,
): QueueFunction {
  return async (event) => {
    const container = getBackgroundContainer();
    const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
    const received = event.Records.flatMap(({ messageId, body }) => {
      const message = parseMessage(schema, body);
      if (message === undefined) container.log.error({ messageId }, 'an unrecognised message was dropped');
      return message === undefined ? [] : [{ messageId, message }];
    });
    await handleAll(container, received, ({ messageId }, error) => {
      container.log.warn({ err: translatePostgresError(error), messageId }, 'message failed');
      batchItemFailures.push({ itemIdentifier: messageId });
    });
    return { batchItemFailures };
  };
}

function parseMessage<T extends z.ZodType>(schema: T, body: string): z.output<T> | undefined {
  try {
    return schema.parse(JSON.parse(body));
  } catch {
    return undefined;
  }
}
