import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { z } from 'zod';
import { translatePostgresError } from '#shared/db/postgres-errors.ts';
import { type Container, getBackgroundContainer } from './container.ts';

/**
 * Wraps a queue's function: messages are handled side by side, each for itself; only those that failed are delivered
 * again. A message that is not of the queue's form can never succeed: it is logged and left out.
 */
export function sqsHandler<T extends z.ZodType>(
  schema: T,
  handle: (container: Container, message: z.output<T>) => Promise<void>,
): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return async (event) => {
    const container = getBackgroundContainer();
    const failures: SQSBatchResponse['batchItemFailures'] = [];
    await Promise.all(
      event.Records.map(async (record) => {
        try {
          const message = parseMessage(schema, record.body);
          if (message === undefined) {
            container.log.error({ messageId: record.messageId }, 'an unrecognised message was dropped');
            return;
          }
          await handle(container, message);
        } catch (error) {
          container.log.warn({ err: translatePostgresError(error), messageId: record.messageId }, 'message failed');
          failures.push({ itemIdentifier: record.messageId });
        }
      }),
    );
    return { batchItemFailures: failures };
  };
}

function parseMessage<T extends z.ZodType>(schema: T, body: string): z.output<T> | undefined {
  try {
    return schema.parse(JSON.parse(body));
  } catch {
    return undefined;
  }
}
