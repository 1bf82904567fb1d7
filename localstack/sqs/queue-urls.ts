import { GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** Finds the address of a queue by its name, and asks only once for each. @throws when there is no such queue */
export function createQueueUrls(sqs: SQSClient): (queue: string) => Promise<string> {
  const known = new Map<string, string>();
  return async (queue) => {
    const found = known.get(queue);
    if (found !== undefined) return found;
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queue }));
    if (QueueUrl === undefined) throw new Error(`SQS returned no address for ${queue}`);
    known.set(queue, QueueUrl);
    return QueueUrl;
  };
}
