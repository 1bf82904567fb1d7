import type { StageMessage } from '#shared/domain/messages.ts';
import { type ChunkDeps, chunkStage } from './chunk/chunk-file.ts';
import { type EmbedDeps, embedStage } from './embed/embed-file.ts';
import { type ExtractDeps, extractStage } from './extract/extract-file.ts';
import type { ClaimedFile } from './intake/accept-bytes.ts';
import { runClaimed, runStages, type Stages } from './stage.ts';

export type ProcessDeps = ExtractDeps & ChunkDeps & EmbedDeps;

const allStages = (deps: ProcessDeps): Stages => [extractStage(deps), chunkStage(deps), embedStage(deps)];

/** STORED → EXTRACTED; a short file goes on to EMBEDDED at once. */
export function extractFile(deps: ProcessDeps, message: StageMessage): Promise<void> {
  return runStages(deps, allStages(deps), message);
}

/** The same for a file that is claimed already. */
export function extractClaimed(deps: ProcessDeps, { file, holder }: ClaimedFile): Promise<void> {
  const claim = { userId: file.user_id, fileId: file.id, generation: file.generation, status: file.status, holder };
  return runClaimed(deps, allStages(deps), file, claim);
}
