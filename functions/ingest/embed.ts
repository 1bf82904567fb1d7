import { embedFile } from '#shared/pipeline/embed-file.ts';
import { stageMessage } from '#shared/pipeline/messages.ts';
import { sqsHandler } from '#shared/runtime/sqs.ts';
import { stageDeps } from '#shared/runtime/use-case-deps.ts';

export const handler = sqsHandler(stageMessage, (container, message) =>
  embedFile(
    {
      ...stageDeps(container),
      embedder: container.embedder,
      imageEmbedder: container.imageEmbedder,
      previews: container.previews,
    },
    message,
  ),
);
