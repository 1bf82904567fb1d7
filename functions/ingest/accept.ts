import { arrivalMessage } from '#shared/domain/messages.ts';
import { acceptArrival } from '#shared/pipeline/intake/accept-arrival.ts';
import { sqsHandler } from '#shared/runtime/sqs.ts';
import { acceptDeps } from '#shared/runtime/use-case-deps.ts';

export const handler = sqsHandler(arrivalMessage, (container, message) =>
  acceptArrival(acceptDeps(container), message),
);
