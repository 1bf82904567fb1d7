import { chunkId } from '#shared/domain/ids.ts';
import type { Named } from './named-files.ts';
import type { SearchState } from './score-groups.ts';

interface Hit {
  id: string;
  score: number;
}

/** A passage that is the better for its file's name, or found by it alone. */
export interface NamedPassage {
  id: string;
  /** Undefined for what is among the scored passages. */
  alone: number | undefined;
  isWhole: boolean;
}

/** Adds what names are worth to each file's best passage. */
export function addNames({ scores: { values }, space }: SearchState, called: readonly Named[]): NamedPassage[] {
  if (called.length === 0) return [];
  const wanted = new Set(called.map(({ fileId }) => fileId));
  const best = new Map<string, number>();
  values.forEach((score, passage) => {
    if (score <= 0) return;
    const { fileId } = space.locate(passage);
    if (wanted.has(fileId) && score > (values[best.get(fileId) ?? -1] ?? 0)) best.set(fileId, passage);
  });
  return called.map(({ fileId, chunkId: first, score, isWhole }) => {
    const passage = best.get(fileId);
    if (passage === undefined) return { id: first, alone: score, isWhole };
    values[passage] = (values[passage] ?? 0) + score;
    const { generation, chunkIndex } = space.locate(passage);
    return { id: chunkId(fileId, generation, chunkIndex), alone: undefined, isWhole };
  });
}

/** The hits with those that are found by their names alone. */
export function withNamed(
  hits: readonly Hit[],
  beside: readonly NamedPassage[],
  limit: number,
): { hits: Hit[]; named: string[] } {
  const alone = beside.flatMap(({ id, alone: score }) => (score === undefined ? [] : [{ id, score }]));
  // Stable: of equal scores, what holds the words comes first.
  const all = alone.length === 0 ? [...hits] : [...hits, ...alone].sort((a, b) => b.score - a.score).slice(0, limit);
  const shown = new Set(all.map(({ id }) => id));
  return { hits: all, named: beside.flatMap(({ id, isWhole }) => (isWhole && shown.has(id) ? [id] : [])) };
}
