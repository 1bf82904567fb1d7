import { stageMessage } from '#shared/domain/messages.ts';
import { embedFile } from '#shared/pipeline/embed/embed-file.ts';
import { sqsHandler } from '#shared/runtime/sqs.ts';
import { embedDeps } from '#shared/runtime/use-case-deps.ts';

export const handler = sqsHandler(stageMessage, (container, message) => embedFile(embedDeps(container), message));
