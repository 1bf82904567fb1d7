import { personMessage } from '#shared/domain/messages.ts';
import { sqsHandler } from '#shared/runtime/sqs.ts';
import { buildExport } from '#shared/users/export/build-export.ts';

export const handler = sqsHandler(personMessage, (container, { userId }) => buildExport(container, userId));
