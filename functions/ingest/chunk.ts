import { stageMessage } from '#shared/domain/messages.ts';
import { chunkFile } from '#shared/pipeline/process-pages.ts';
import { sqsHandler } from '#shared/runtime/sqs.ts';

export const handler = sqsHandler(stageMessage, chunkFile);
