import { stageMessage } from '#shared/domain/messages.ts';
import { chunkFile } from '#shared/pipeline/chunk/chunk-file.ts';
import { sqsHandler } from '#shared/runtime/sqs.ts';
import { stageDeps } from '#shared/runtime/use-case-deps.ts';

export const handler = sqsHandler(stageMessage, (container, message) =>
  chunkFile({ ...stageDeps(container), embedders: container.embedders }, message),
);
