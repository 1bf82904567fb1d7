import { extractFile } from '#shared/pipeline/extract-file.ts';
import { stageMessage } from '#shared/pipeline/messages.ts';
import { sqsHandler } from '#shared/runtime/sqs.ts';
import { stageDeps } from '#shared/runtime/use-case-deps.ts';

export const handler = sqsHandler(stageMessage, (container, message) =>
  extractFile(
    {
      ...stageDeps(container),
      content: container.content,
      previews: container.previews,
      windowTimeoutMs: container.config.PARSE_WINDOW_TIMEOUT_MS,
      memoryMb: container.config.PARSE_MEMORY_MB,
      transcriber: container.transcriber,
      programPath: container.config.PATH,
    },
    message,
  ),
);
