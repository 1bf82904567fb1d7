import { personMessage } from '#shared/domain/messages.ts';
import { sqsHandler } from '#shared/runtime/sqs.ts';
import { eraseStep } from '#shared/users/erase/erase-step.ts';

export const handler = sqsHandler(personMessage, (container, { userId }) => eraseStep(container, userId));
