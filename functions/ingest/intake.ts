import { s3Event } from '#shared/domain/messages.ts';
import { noteArrivals } from '#shared/pipeline/intake/note-arrival.ts';
import { sqsHandler } from '#shared/runtime/sqs.ts';

export const handler = sqsHandler(s3Event, noteArrivals);
