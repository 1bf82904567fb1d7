import type { Message } from '@aws-sdk/client-sqs';

/**
 * Which messages of a batch are done and which failed, from what the function answered. As on AWS: an empty answer means
 * all are done; one that can't be read, or that names a message the batch doesn't hold, means all failed.
 */
export function batchOutcome(messages: readonly Message[], answer: unknown): { done: Message[]; failed: Message[] } {
  const failures = readFailures(answer);
  const known = new Set(messages.map((message) => message.MessageId));
  if (failures === undefined || failures.some((id) => !known.has(id))) return { done: [], failed: [...messages] };
  const failed = new Set(failures);
  return {
    done: messages.filter((message) => !failed.has(message.MessageId ?? '')),
    failed: messages.filter((message) => failed.has(message.MessageId ?? '')),
  };
}

function readFailures(answer: unknown): string[] | undefined {
  if (answer === undefined || answer === null) return [];
  if (typeof answer !== 'object' || !('batchItemFailures' in answer)) return [];
  const items = answer.batchItemFailures;
  if (items === undefined || items === null) return [];
  if (!Array.isArray(items)) return undefined;
  const ids = items.map((item: unknown) =>
    typeof item === 'object' && item !== null && 'itemIdentifier' in item ? item.itemIdentifier : undefined,
  );
  return ids.every((id): id is string => typeof id === 'string' && id !== '') ? ids : undefined;
}
