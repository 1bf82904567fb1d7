import { stageMessage } from '#shared/domain/messages.ts';
import { embedFile } from '#shared/pipeline/process-pages.ts';
import { sqsHandler } from '#shared/runtime/sqs.ts';

export const handler = sqsHandler(stageMessage, embedFile);
