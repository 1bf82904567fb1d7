import type { Context, EventBridgeEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { z } from 'zod';
import { stageMessage } from '#shared/domain/messages.ts';
import { publishPending } from '#shared/pipeline/publish/publish-pending.ts';
import type { Container } from '#shared/runtime/container.ts';
import { scheduleHandler } from '#shared/runtime/schedule.ts';
import { sqsHandler } from '#shared/runtime/sqs.ts';
import { publishDeps } from '#shared/runtime/use-case-deps.ts';

const SLICE_MS = 20_000;

/** An embedded file to complete, or a nudge that something waits. */
const publishMessage = z.union([stageMessage, z.looseObject({ reason: z.string() })]);

async function publish(container: Container, message?: z.infer<typeof publishMessage>): Promise<void> {
  const embedded = stageMessage.safeParse(message);
  const outcome = await publishPending(publishDeps(container), SLICE_MS, embedded.data);
  if (outcome.more) await container.queue.send('publish', { reason: 'more' });
}

const onMessages = sqsHandler(publishMessage, publish);
const onSchedule = scheduleHandler(async (container) => {
  await publish(container);
  return undefined;
});

/** Runs on a schedule, and at once when a stage nudges it through the queue. */
export const handler = async (
  event: SQSEvent | EventBridgeEvent<'Scheduled Event', unknown>,
  context?: Pick<Context, 'functionName'>,
): Promise<SQSBatchResponse | undefined> => {
  if ('Records' in event) return onMessages(event);
  await onSchedule(event, context);
  return undefined;
};
