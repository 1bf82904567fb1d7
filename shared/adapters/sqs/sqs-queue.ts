import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SendMessageCommand,
  SQSClient,
  SQSServiceException,
} from '@aws-sdk/client-sqs';
import { AppError } from '#shared/errors/app-error.ts';
import type { Queue, QueueName } from '#shared/ports/queue.ts';

const MAX_DELAY_SECONDS = 900;

export interface SqsOptions {
  region: string;
  /** Of an SQS-compatible service; left out for AWS itself. */
  endpoint?: string | undefined;
  /** Put before each queue's name, e.g. `omnirag-`. */
  prefix: string;
}

function translateSqsError(error: unknown): unknown {
  const ours = error instanceof SQSServiceException && (error.$metadata.httpStatusCode ?? 500) < 500;
  return ours
    ? error
    : new AppError('DEPENDENCY_UNAVAILABLE', {
        detail: 'The message queue is not responding. Try again shortly.',
        retryAfterSeconds: 5,
        cause: error,
      });
}

export function createSqsQueue(options: SqsOptions): Queue {
  const client = new SQSClient({
    region: options.region,
    ...(options.endpoint ? { endpoint: options.endpoint } : {}),
  });
  const urls = new Map<QueueName, string>();

  async function urlOf(queue: QueueName): Promise<string> {
    const known = urls.get(queue);
    if (known) return known;
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: `${options.prefix}${queue}` }));
    if (!QueueUrl) throw new Error(`SQS returned no address for queue ${queue}`);
    urls.set(queue, QueueUrl);
    return QueueUrl;
  }

  return {
    async send(queue, message, { delaySeconds = 0 } = {}) {
      try {
        await client.send(
          new SendMessageCommand({
            QueueUrl: await urlOf(queue),
            MessageBody: JSON.stringify(message),
            DelaySeconds: Math.min(MAX_DELAY_SECONDS, Math.max(0, Math.round(delaySeconds))),
          }),
        );
      } catch (error) {
        throw translateSqsError(error);
      }
    },
    async waiting(queue) {
      try {
        const { Attributes } = await client.send(
          new GetQueueAttributesCommand({
            QueueUrl: await urlOf(queue),
            AttributeNames: ['ApproximateNumberOfMessages'],
          }),
        );
        return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
      } catch (error) {
        throw translateSqsError(error);
      }
    },
    async ping() {
      try {
        await client.send(new GetQueueUrlCommand({ QueueName: `${options.prefix}intake` }));
      } catch (error) {
        throw translateSqsError(error);
      }
    },
  };
}
