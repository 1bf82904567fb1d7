import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  QueueDoesNotExist,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { QueueDeclaration } from '#localstack/declarations/queues.ts';
import { createQueueUrls } from './queue-urls.ts';

/** Makes the declared queues, or brings those that are there in line with their declaration. */
export async function ensureQueues(sqs: SQSClient, queues: readonly QueueDeclaration[]): Promise<void> {
  const urlOf = createQueueUrls(sqs);
  for (const queue of queues) {
    const attributes: Record<string, string> = {
      VisibilityTimeout: String(queue.visibilityTimeoutSeconds),
      MessageRetentionPeriod: String(queue.messageRetentionSeconds),
      ReceiveMessageWaitTimeSeconds: String(queue.receiveWaitSeconds),
    };
    if (queue.redrive !== undefined) {
      attributes.RedrivePolicy = JSON.stringify({
        deadLetterTargetArn: await arnOf(sqs, await urlOf(queue.redrive.deadLetterQueue)),
        maxReceiveCount: queue.redrive.maxReceiveCount,
      });
    }
    const url = await urlOf(queue.name).catch((error: unknown) => {
      if (error instanceof QueueDoesNotExist) return undefined;
      throw error;
    });
    if (url === undefined) await sqs.send(new CreateQueueCommand({ QueueName: queue.name, Attributes: attributes }));
    else await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: attributes }));
  }
}

async function arnOf(sqs: SQSClient, url: string): Promise<string> {
  const answer = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }));
  const arn = answer.Attributes?.QueueArn;
  if (arn === undefined) throw new Error(`SQS returned no ARN for ${url}`);
  return arn;
}
