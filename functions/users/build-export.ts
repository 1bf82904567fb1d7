import { sqsHandler } from '#shared/runtime/sqs.ts';
import { buildExport } from '#shared/users/export/build-export.ts';
import { personMessage } from '#shared/pipeline/messages.ts';

export const handler = sqsHandler(personMessage, (container, { userId }) => buildExport(container, userId));
