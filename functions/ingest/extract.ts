import { extractFile } from '#shared/pipeline/extract-file.ts';
import { stageMessage } from '#shared/pipeline/messages.ts';
import { sqsHandler } from '#shared/runtime/sqs.ts';
import { extractDeps } from '#shared/runtime/use-case-deps.ts';

export const handler = sqsHandler(stageMessage, (container, message) => extractFile(extractDeps(container), message));
