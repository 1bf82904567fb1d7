import { referencedResource, resourcesOfType, textProperty } from './references.ts';
import { isObject, type Template, type TemplateObject, type TemplateValue } from './template.ts';

export interface BucketDeclaration {
  name: string;
  notifications: BucketNotification[];
}

export interface BucketNotification {
  /** e.g. `s3:ObjectCreated:*` */
  event: string;
  queue: string;
  /** Only keys that begin so; empty for all. */
  prefix: string;
}

/** @throws Error when a notification names no declared queue */
export function readBuckets(template: Template): BucketDeclaration[] {
  return resourcesOfType(template, 'AWS::S3::Bucket').map((resource) => {
    const configuration = resource.properties.NotificationConfiguration;
    const toQueues = isObject(configuration) ? configuration.QueueConfigurations : undefined;
    return {
      name: textProperty(resource, 'BucketName'),
      notifications: (Array.isArray(toQueues) ? toQueues : [])
        .filter(isObject)
        .map((entry) => readNotification(template, entry)),
    };
  });
}

function readNotification(template: Template, entry: TemplateObject): BucketNotification {
  if (typeof entry.Event !== 'string') throw new Error('infra: a bucket notification has no Event');
  const queue = referencedResource(template, entry.Queue, 'AWS::SQS::Queue');
  return { event: entry.Event, queue: textProperty(queue, 'QueueName'), prefix: readPrefix(entry.Filter) };
}

function readPrefix(filter: TemplateValue | undefined): string {
  const s3Key = isObject(filter) ? filter.S3Key : undefined;
  const rules = isObject(s3Key) ? s3Key.Rules : undefined;
  for (const rule of Array.isArray(rules) ? rules : []) {
    if (isObject(rule) && rule.Name === 'prefix' && typeof rule.Value === 'string') return rule.Value;
  }
  return '';
}
