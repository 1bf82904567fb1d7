import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { BucketDeclaration } from '#localstack/declarations/buckets.ts';
import type { CreatedBy } from './context.ts';
import type { StoredObject } from './store/catalog.ts';

export type NotifyCreated = (object: StoredObject, how: CreatedBy) => Promise<void>;

/**
 * Sends S3 event records to the queues that the buckets' NotificationConfiguration names.
 *
 * @param queueUrl finds the address of a queue by its name
 */
export function createNotifier(
  buckets: readonly BucketDeclaration[],
  sqs: SQSClient,
  queueUrl: (queue: string) => Promise<string>,
  region: string,
): NotifyCreated {
  let sequence = 0;
  return async (object, how) => {
    const notifications = buckets.find((bucket) => bucket.name === object.bucket)?.notifications ?? [];
    for (const notification of notifications) {
      const wanted = [`s3:ObjectCreated:${how}`, 's3:ObjectCreated:*'].includes(notification.event);
      if (!wanted || !object.key.startsWith(notification.prefix)) continue;
      sequence += 1;
      const record = eventRecord(object, how, region, sequence);
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: await queueUrl(notification.queue),
          MessageBody: JSON.stringify({ Records: [record] }),
        }),
      );
    }
  };
}

function eventRecord(object: StoredObject, how: CreatedBy, region: string, sequence: number): object {
  return {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: region,
    eventTime: object.lastModified.toISOString(),
    eventName: `ObjectCreated:${how}`,
    userIdentity: { principalId: 'omnirag' },
    requestParameters: { sourceIPAddress: '127.0.0.1' },
    responseElements: {},
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: 'incoming',
      bucket: {
        name: object.bucket,
        ownerIdentity: { principalId: 'omnirag' },
        arn: `arn:aws:s3:::${object.bucket}`,
      },
      object: {
        key: encodeEventKey(object.key),
        size: object.size,
        eTag: object.etag.replaceAll('"', ''),
        sequencer:
          `${object.lastModified.getTime().toString(16)}${sequence.toString(16).padStart(6, '0')}`.toUpperCase(),
      },
    },
  };
}

/** S3 encodes keys in events as a form does: a space is `+`; the slash stays. */
function encodeEventKey(key: string): string {
  return encodeURIComponent(key)
    .replaceAll('%20', '+')
    .replaceAll('%2F', '/')
    .replace(/[!'()]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
