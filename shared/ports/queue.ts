/** Of the pipeline, and of work on whole accounts; infra/queues.yml declares each, with its dead-letter queue. */
export const QUEUES = ['intake', 'accept', 'extract', 'chunk', 'embed', 'publish', 'drive', 'erase', 'export'] as const;
export type QueueName = (typeof QUEUES)[number];

/** At-least-once delivery of small JSON messages. */
export interface Queue {
  /** `delaySeconds`: 0 to 900; the message is delivered no sooner. */
  send(queue: QueueName, message: object, options?: { delaySeconds?: number }): Promise<void>;
  /** Roughly how many messages wait to be received. */
  waiting(queue: QueueName): Promise<number>;
  /** Rejects when the queue service does not answer. */
  ping(): Promise<void>;
}
