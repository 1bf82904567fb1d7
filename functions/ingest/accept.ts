import { arrivalMessage } from '#shared/domain/messages.ts';
import { acceptArrival } from '#shared/pipeline/intake/accept-arrival.ts';
import { sqsHandler } from '#shared/runtime/sqs.ts';

export const handler = sqsHandler(arrivalMessage, acceptArrival);
