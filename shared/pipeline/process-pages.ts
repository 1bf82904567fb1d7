import type { StageMessage } from '#shared/domain/messages.ts';
import { type ChunkDeps, chunkStage } from './chunk/chunk-file.ts';
import { type EmbedDeps, embedStage } from './embed/embed-file.ts';
import { runStages } from './stage.ts';

/** EXTRACTED → CHUNKED; a short file goes on to EMBEDDED at once. */
export function chunkFile(deps: ChunkDeps & EmbedDeps, message: StageMessage): Promise<void> {
  return runStages(deps, [chunkStage(deps), embedStage(deps)], message);
}

/** CHUNKED → EMBEDDED. */
export function embedFile(deps: EmbedDeps, message: StageMessage): Promise<void> {
  return runStages(deps, [embedStage(deps)], message);
}
