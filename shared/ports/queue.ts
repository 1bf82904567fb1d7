/** The queues of the pipeline; infra/queues.yml declares each, with its dead-letter queue. */
export type QueueName = 'intake' | 'extract' | 'chunk' | 'embed' | 'publish';

/** At-least-once delivery of small JSON messages. */
export interface Queue {
  send(queue: QueueName, message: object): Promise<void>;
  /** Rejects when the queue service does not answer. */
  ping(): Promise<void>;
}
