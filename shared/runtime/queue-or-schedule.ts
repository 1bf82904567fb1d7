import type { Context, EventBridgeEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { z } from 'zod';
import type { Container } from './container.ts';
import { scheduleHandler } from './schedule.ts';
import { sqsTogetherHandler } from './sqs.ts';

type QueueOrSchedule = (
  event: SQSEvent | EventBridgeEvent<'Scheduled Event', unknown>,
  context?: Pick<Context, 'functionName'>,
) => Promise<SQSBatchResponse | undefined>;

/** Wraps work that runs on a schedule, without messages, and at once when a queue brings some. */
export function queueOrScheduleHandler<T extends z.ZodType>(
  schema: T,
  work: (container: Container, messages: z.output<T>[]) => Promise<void>,
): QueueOrSchedule {
  const onMessages = sqsTogetherHandler(schema, work);
  const onSchedule = scheduleHandler(async (container) => {
    await work(container, []);
    return undefined;
  });
  return async (event, context) => {
    if ('Records' in event) return onMessages(event);
    await onSchedule(event, context);
    return undefined;
  };
}
