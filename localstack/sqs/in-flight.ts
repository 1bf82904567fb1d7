import type { FauxqsServer } from 'fauxqs';
import { SHORTEST_TIMEOUT_SECONDS } from './fauxqs-faults.ts';
import { callInner, type InnerServer } from './inner-call.ts';

/**
 * Makes every message visible that was in flight when the last run ended. fauxqs keeps the deadlines over a restart (a
 * message received before a kill came back after 39 of its 40 s), but nobody can be working on them any more: the local
 * cloud is the only reader of its queues.
 */
export async function releaseInFlightMessages(fauxqs: FauxqsServer, inner: InnerServer): Promise<void> {
  const listed = await callInner(inner, '', 'ListQueues', '{}');
  const { QueueUrls = [] } = JSON.parse(listed.body) as { QueueUrls?: string[] };
  for (const url of QueueUrls) {
    const queue = fauxqs.inspectQueue(url.slice(url.lastIndexOf('/') + 1));
    for (const { receiptHandle } of queue?.messages.inflight ?? []) {
      const timeout = { VisibilityTimeout: SHORTEST_TIMEOUT_SECONDS };
      const body = JSON.stringify({ QueueUrl: url, ReceiptHandle: receiptHandle, ...timeout });
      const { status } = await callInner(inner, '', 'ChangeMessageVisibility', body);
      if (status !== 200) throw new Error(`a message of ${url} could not be made visible (${status})`);
    }
  }
}
