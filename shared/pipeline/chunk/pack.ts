import type { Unit } from './units.ts';

export interface SizedUnit extends Unit {
  tokens: number;
}

/** Units `from` (inclusive) to `to` (exclusive) make one chunk; neighbours may share units. */
export interface Pack {
  from: number;
  to: number;
}

/** A paragraph that does not fit any more begins a new chunk when the present one is filled this far. */
const WELL_FILLED = 0.5;
/** A last chunk with less news than this share of the limit is not worth a place of its own. */
const TINY = 0.15;

/**
 * Packs the units of a section in order, each chunk as full as it gets, but rather ended at a paragraph than inside
 * one. A chunk begins with the last sentences of the one before it, up to `overlap` tokens.
 * @param budget tokens a chunk may have; a unit that is larger gets a chunk of its own
 */
export function packUnits(units: readonly SizedUnit[], budget: number, overlap: number): Pack[] {
  const packs: Pack[] = [];
  const blockTokens = tokensToBlockEnd(units);
  let from = 0;
  let filled = 0;
  let lastText = -1;
  units.forEach((unit, index) => {
    const rest = blockTokens[index] ?? 0;
    const full = filled + unit.tokens > budget;
    const endsWell = unit.startsBlock && filled >= WELL_FILLED * budget && filled + rest > budget && rest <= budget;
    if (index > from && (full || (endsWell && lastText >= from))) {
      packs.push({ from, to: index });
      const room = Math.min(overlap, budget - (endsWell ? rest : unit.tokens));
      from = startOfOverlap(units, from, index, room);
      filled = sum(units, from, index);
    }
    filled += unit.tokens;
    if (!unit.heading) lastText = index;
  });
  if (from < units.length) packs.push({ from, to: units.length });
  return mergeTinyEnd(packs, units, budget);
}

function startOfOverlap(units: readonly SizedUnit[], from: number, to: number, room: number): number {
  let start = to;
  let shared = 0;
  while (start - 1 > from) {
    const unit = units[start - 1];
    if (!unit || unit.heading || shared + unit.tokens > room) break;
    shared += unit.tokens;
    start--;
  }
  return start;
}

function mergeTinyEnd(packs: Pack[], units: readonly SizedUnit[], budget: number): Pack[] {
  const last = packs.at(-1);
  const before = packs.at(-2);
  if (!last || !before) return packs;
  const news = sum(units, before.to, last.to);
  if (news >= TINY * budget || sum(units, before.from, last.to) > budget) return packs;
  return [...packs.slice(0, -2), { from: before.from, to: last.to }];
}

/** For each unit, the tokens from it to the end of its paragraph. */
function tokensToBlockEnd(units: readonly SizedUnit[]): number[] {
  const result = new Array<number>(units.length).fill(0);
  for (let index = units.length - 1; index >= 0; index--) {
    const next = units[index + 1];
    const continues = next !== undefined && !next.startsBlock;
    result[index] = (units[index]?.tokens ?? 0) + (continues ? (result[index + 1] ?? 0) : 0);
  }
  return result;
}

function sum(units: readonly SizedUnit[], from: number, to: number): number {
  return units.slice(from, to).reduce((total, unit) => total + unit.tokens, 0);
}
