import { numberProperty, referencedResource, resourcesOfType, textProperty } from './references.ts';
import { isObject, type Template } from './template.ts';

export interface QueueDeclaration {
  name: string;
  visibilityTimeoutSeconds: number;
  messageRetentionSeconds: number;
  receiveWaitSeconds: number;
  /** The queue that takes a message received more often than `maxReceiveCount`. */
  redrive?: { deadLetterQueue: string; maxReceiveCount: number };
}

const SQS_DEFAULTS = { visibilityTimeout: 30, messageRetention: 345_600, receiveWait: 0 };

/** The queues, dead-letter queues first, so that each can be made after the one it names. @throws Error */
export function readQueues(template: Template): QueueDeclaration[] {
  const queues = resourcesOfType(template, 'AWS::SQS::Queue').map((resource): QueueDeclaration => {
    const queue: QueueDeclaration = {
      name: textProperty(resource, 'QueueName'),
      visibilityTimeoutSeconds: numberProperty(resource, 'VisibilityTimeout') ?? SQS_DEFAULTS.visibilityTimeout,
      messageRetentionSeconds: numberProperty(resource, 'MessageRetentionPeriod') ?? SQS_DEFAULTS.messageRetention,
      receiveWaitSeconds: numberProperty(resource, 'ReceiveMessageWaitTimeSeconds') ?? SQS_DEFAULTS.receiveWait,
    };
    const policy = resource.properties.RedrivePolicy;
    if (!isObject(policy)) return queue;
    if (typeof policy.maxReceiveCount !== 'number') {
      throw new Error(`infra: ${resource.logicalId}.RedrivePolicy.maxReceiveCount is not a number`);
    }
    const target = referencedResource(template, policy.deadLetterTargetArn, 'AWS::SQS::Queue');
    queue.redrive = {
      deadLetterQueue: textProperty(target, 'QueueName'),
      maxReceiveCount: policy.maxReceiveCount,
    };
    return queue;
  });
  return [...queues.filter((queue) => !queue.redrive), ...queues.filter((queue) => queue.redrive)];
}
