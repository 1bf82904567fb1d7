import { chunkFile } from '#shared/pipeline/chunk-file.ts';
import { stageMessage } from '#shared/pipeline/messages.ts';
import { sqsHandler } from '#shared/runtime/sqs.ts';
import { stageDeps } from '#shared/runtime/use-case-deps.ts';

export const handler = sqsHandler(stageMessage, (container, message) =>
  chunkFile({ ...stageDeps(container), embedders: container.embedders }, message),
);
