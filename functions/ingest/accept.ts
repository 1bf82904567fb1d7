import { arrivalMessage } from '#shared/domain/messages.ts';
import { acceptArrival } from '#shared/pipeline/intake/accept-arrival.ts';
import { sqsTurnsHandler } from '#shared/runtime/sqs.ts';

export const handler = sqsTurnsHandler('accept', arrivalMessage, acceptArrival);
