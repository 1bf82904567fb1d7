import { embedFile } from '#shared/pipeline/embed-file.ts';
import { stageMessage } from '#shared/pipeline/messages.ts';
import { sqsHandler } from '#shared/runtime/sqs.ts';
import { embedDeps } from '#shared/runtime/use-case-deps.ts';

export const handler = sqsHandler(stageMessage, (container, message) => embedFile(embedDeps(container), message));
