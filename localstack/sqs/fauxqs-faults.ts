/**
 * Ways around faults of fauxqs 2.4.1, each with a test beside this file that would show when it is no longer needed.
 */

/**
 * A visibility timeout of 0 makes fauxqs lose the message until its next start: it breaks the NOT NULL rule of its own
 * table half-way. A thousandth of a second does the same without that.
 */
export function avoidZeroTimeout(action: string, body: Buffer): Buffer {
  if (!action.startsWith('ChangeMessageVisibility')) return body;
  const request = JSON.parse(body.toString('utf8')) as TimeoutRequest & { Entries?: TimeoutRequest[] };
  for (const entry of [request, ...(request.Entries ?? [])]) {
    if (entry.VisibilityTimeout === 0) entry.VisibilityTimeout = SHORTEST_TIMEOUT_SECONDS;
  }
  return Buffer.from(JSON.stringify(request));
}

interface TimeoutRequest {
  VisibilityTimeout?: number;
}

export const SHORTEST_TIMEOUT_SECONDS = 0.001;

/** The queue addresses that fauxqs keeps name the port of the run that made the queue. */
export function renewQueueUrls(action: string, answer: string, host: string): string {
  if (!['CreateQueue', 'GetQueueUrl', 'ListQueues'].includes(action)) return answer;
  return answer.replace(/"http:\/\/[^/"]+\//g, `"http://${host}/`);
}
