import { ChangeMessageVisibilityCommand, type Message, type SQSClient } from '@aws-sdk/client-sqs';
import { Consumer } from 'sqs-consumer';
import type { EventSourceDeclaration } from '#localstack/declarations/functions.ts';
import { batchOutcome } from './batch-outcome.ts';
import type { Invoke } from './invoke.ts';
import { toSqsEvent } from './sqs-event.ts';

export interface MappingOptions {
  declaration: EventSourceDeclaration;
  functionName: string;
  queueUrl: string;
  queueArn: string;
  region: string;
  sqs: SQSClient;
  invoke: Invoke;
  onError(text: string): void;
  /** For tests; the default suits work of any length, because heartbeats go on while a call is under way. */
  visibilitySeconds?: number;
  /** Of a message that failed; 60 by default, and 0 only in tests. */
  maxBackoffSeconds?: number;
}

/**
 * A message is hidden for this long at a time and the time is renewed while its function works, so that a message whose
 * reader is gone comes back soon, whatever the queue's own timeout.
 */
const VISIBILITY_SECONDS = 30;
const MAX_BACKOFF_SECONDS = 60;

/**
 * Feeds one queue to one function, as Lambda's event source mapping does: as many calls at a time as declared, partial
 * batch responses, heartbeats. A message that failed comes back after 1, 2, 4 … 60 s; the queue's redrive policy
 * moves it to the dead-letter queue when it has been received too often.
 */
export function startMapping(options: MappingOptions): { stop(): void } {
  let stopping = false;
  const consumers = Array.from({ length: options.declaration.maximumConcurrency }, () => {
    const visibilityTimeout = options.visibilitySeconds ?? VISIBILITY_SECONDS;
    const consumer = Consumer.create({
      queueUrl: options.queueUrl,
      sqs: options.sqs,
      batchSize: options.declaration.batchSize,
      waitTimeSeconds: 20,
      visibilityTimeout,
      heartbeatInterval: Math.max(1, Math.floor(visibilityTimeout / 3)),
      authenticationErrorTimeout: 1000,
      messageSystemAttributeNames: ['All'],
      messageAttributeNames: ['All'],
      handleMessageBatch: (messages) => handleBatch(messages, options, () => stopping),
    });
    const report = (error: Error): void => {
      if (!stopping) options.onError(`${options.functionName}: ${error.message}`);
    };
    consumer.on('error', report);
    consumer.on('processing_error', report);
    consumer.on('timeout_error', report);
    consumer.start();
    return consumer;
  });
  return {
    stop() {
      stopping = true;
      for (const consumer of consumers) consumer.stop({ abort: true });
    },
  };
}

/** @returns the messages that are done, which the consumer then deletes */
async function handleBatch(
  messages: Message[],
  options: MappingOptions,
  isStopping: () => boolean,
): Promise<Message[]> {
  const { functionName, queueArn, region } = options;
  let outcome = { done: [] as Message[], failed: messages };
  try {
    const answer = await options.invoke(functionName, toSqsEvent(messages, queueArn, region));
    outcome = options.declaration.reportsBatchItemFailures
      ? batchOutcome(messages, answer)
      : { done: messages, failed: [] };
  } catch (error) {
    if (!isStopping()) options.onError(`${functionName}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isStopping()) await Promise.all(outcome.failed.map((message) => backOff(message, options)));
  return outcome.done;
}

async function backOff(message: Message, options: MappingOptions): Promise<void> {
  const received = Number(message.Attributes?.ApproximateReceiveCount ?? 1);
  await options.sqs
    .send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: options.queueUrl,
        ReceiptHandle: message.ReceiptHandle,
        VisibilityTimeout: Math.min(options.maxBackoffSeconds ?? MAX_BACKOFF_SECONDS, 2 ** Math.min(received - 1, 10)),
      }),
    )
    .catch((error: unknown) => {
      // It comes back by itself when its visibility timeout ends.
      options.onError(`${options.functionName}: the message ${message.MessageId} keeps its timeout (${String(error)})`);
    });
}
