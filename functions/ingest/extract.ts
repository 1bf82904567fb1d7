import { stageMessage } from '#shared/domain/messages.ts';
import { extractFile } from '#shared/pipeline/extract/extract-file.ts';
import { sqsHandler } from '#shared/runtime/sqs.ts';
import { extractDeps } from '#shared/runtime/use-case-deps.ts';

export const handler = sqsHandler(stageMessage, (container, message) => extractFile(extractDeps(container), message));
