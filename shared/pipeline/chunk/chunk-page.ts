import { type Chunk, type ChunkState, type CountTokens, embeddingText, pathLine } from '#shared/domain/chunk.ts';
import type { PagePlace } from '#shared/domain/page-place.ts';
import type { ExtractedPage, Heading } from '#shared/formats/format.ts';
import { type Cuttable, cutEvenly, cuttable, isOneLetter } from './cut.ts';
import { openHeading, pathVariants } from './heading-path.ts';
import { packUnits, type SizedUnit } from './pack.ts';
import { findTables, headerAt, type TextTable } from './table-header.ts';
import { toUnits, type Unit } from './units.ts';

export interface ChunkLimits {
  /** Tokens that {@link embeddingText} of a chunk may have: the model's limit without its special tokens. */
  maxTokens: number;
  /** Tokens of whole sentences that a chunk may repeat from the one before it. */
  overlapTokens: number;
}

/** What a document begins with. */
export const INITIAL_CHUNK_STATE: ChunkState = { headingPath: [] };

/** The heading path may take this share of the token limit. */
const PATH_SHARE = 0.3;

interface Section {
  path: string[][];
  units: Unit[];
}

interface SizedSection {
  headingPath: string[];
  budget: number;
  units: SizedUnit[];
}

type Draft = Pick<Chunk, 'charStart' | 'charEnd' | 'text' | 'headingPath' | 'tableHeader'>;

/** A page's text with its tables. */
interface Source extends Cuttable {
  tables: readonly TextTable[];
}

/**
 * Cuts a page into chunks along its headings, paragraphs, rows and sentences, and only where one of those is too long
 * along words or letters. The same page, state and limits give the same chunks. Pages go in order, each with the state
 * of the one before. Asks `countTokens` for the units, then for the chunks: two calls a page, more only where
 * something is too long. Where a single character has more than `maxTokens` tokens, its chunk has too.
 */
export async function chunkPage(
  page: Pick<ExtractedPage, 'text' | 'headings'> & { place?: PagePlace | null },
  state: ChunkState,
  limits: ChunkLimits,
  countTokens: CountTokens,
): Promise<{ chunks: Chunk[]; state: ChunkState }> {
  // Every row of a sheet says its columns itself.
  const { tables, open: table } = page.place?.kind === 'sheet' ? { tables: [] } : findTables(page.text, state.table);
  const source: Source = { ...cuttable(page.text), tables };
  const { sections, open } = toSections(source, page.headings, state.headingPath);
  const sized = await measure(source, sections, limits, countTokens);
  const drafts = sized.flatMap((section) =>
    packUnits(section.units, section.budget, limits.overlapTokens).flatMap(({ from, to }) =>
      draft(source, section.units[from]?.start ?? 0, section.units[to - 1]?.end ?? 0, section.headingPath),
    ),
  );
  const chunks = await confirm(source, drafts, limits, countTokens);
  return { chunks, state: { headingPath: open, ...(table ? { table } : {}) } };
}

/** A section runs from a heading to the next; a heading that only another one follows belongs to that one's section. */
function toSections(source: Cuttable, headings: readonly Heading[], before: string[]) {
  const sections: Section[] = [];
  let open = before;
  let units: Unit[] = [];
  let hasText = false;
  const starts: (Heading | undefined)[] = headings[0]?.offset === 0 ? [...headings] : [undefined, ...headings];
  starts.forEach((heading, index) => {
    if (heading) open = openHeading(open, heading);
    const start = heading?.offset ?? 0;
    for (const unit of toUnits(source, start, starts[index + 1]?.offset ?? source.text.length, heading)) {
      units.push(unit);
      hasText ||= !unit.heading;
    }
    if (units.length === 0 || (!hasText && index < starts.length - 1)) return;
    sections.push({ path: pathVariants(open), units });
    units = [];
    hasText = false;
  });
  return { sections, open };
}

/** Chooses each section's heading path, sizes its units, and cuts those that are too long until they fit. */
async function measure(source: Source, sections: readonly Section[], limits: ChunkLimits, countTokens: CountTokens) {
  const lines = [...new Set(sections.flatMap(({ path }) => path.map(pathLine)))].filter((line) => line !== '');
  const spans = sections.flatMap(({ units }) => units);
  const headers = [...new Set(source.tables.map(({ header }) => header))];
  const texts = [...lines, ...headers, ...spans.map((unit) => source.text.slice(unit.start, unit.end))];
  const counts = await countTokens(texts);
  const lineTokens = new Map(lines.map((line, index) => [line, counts[index] ?? 0]));
  const headerTokens = new Map(headers.map((header, index) => [header, counts[lines.length + index] ?? 0]));
  const fits = (header: string): boolean => (headerTokens.get(header) ?? 0) <= PATH_SHARE * limits.maxTokens;
  source.tables = source.tables.filter(({ header }) => fits(header));
  let next = lines.length + headers.length;
  const sized = sections.map(({ path, units }): SizedSection => {
    const tokensOf = (variant: readonly string[]): number => lineTokens.get(pathLine(variant)) ?? 0;
    const headingPath = path.find((variant) => tokensOf(variant) <= PATH_SHARE * limits.maxTokens) ?? [];
    return {
      headingPath,
      budget: Math.max(1, limits.maxTokens - tokensOf(headingPath) - headerRoom(source.tables, units, headerTokens)),
      units: units.map((unit) => ({ ...unit, tokens: counts[next++] ?? 0 })),
    };
  });
  await cutLongUnits(source, sized, limits, countTokens);
  return sized;
}

/** The tokens of the longest header that a chunk of the section may begin with. */
function headerRoom(tables: readonly TextTable[], units: readonly Unit[], tokens: ReadonlyMap<string, number>): number {
  const [start, end] = [units[0]?.start ?? 0, units.at(-1)?.end ?? 0];
  const inside = tables.filter((table) => table.end > start && table.bodyStart < end);
  return inside.reduce((most, { header }) => Math.max(most, tokens.get(header) ?? 0), 0);
}

async function cutLongUnits(
  source: Cuttable,
  sections: readonly SizedSection[],
  limits: ChunkLimits,
  countTokens: CountTokens,
) {
  for (;;) {
    const fresh: SizedUnit[] = [];
    for (const section of sections) {
      let headings = 0;
      section.units = section.units.flatMap((unit) => {
        const room = roomAfter(headings, section.budget);
        headings = unit.heading ? headings + unit.tokens : 0;
        if (unit.tokens <= room) return [unit];
        // Rather a letter without its headings than half a letter.
        if (unit.tokens <= limits.maxTokens && isOneLetter(source, unit.start, unit.end)) return [unit];
        const cuts = cutEvenly(source, unit.start, unit.end, Math.ceil((1.2 * unit.tokens) / room));
        if (cuts.length === 0) return [unit];
        const starts = [unit.start, ...cuts];
        const pieces = starts.map((start, at): SizedUnit => {
          const startsBlock = unit.startsBlock && at === 0;
          return { ...unit, start, end: starts[at + 1] ?? unit.end, startsBlock, tokens: 0 };
        });
        fresh.push(...pieces);
        return pieces;
      });
    }
    if (fresh.length === 0) return;
    const counts = await countTokens(fresh.map((unit) => source.text.slice(unit.start, unit.end)));
    fresh.forEach((unit, index) => {
      unit.tokens = counts[index] ?? 0;
    });
  }
}

/** What follows headings shares a chunk with them, so it must leave room for them. */
function roomAfter(headings: number, budget: number): number {
  return headings < budget / 2 ? budget - headings : budget;
}

/** Without the white space at its ends; nothing when that is all there is. */
function draft({ text, graphemes, tables }: Source, start: number, end: number, headingPath: string[]): Draft[] {
  const slice = text.slice(start, end);
  let charStart = start + slice.length - slice.trimStart().length;
  const charEnd = end - slice.length + slice.trimEnd().length;
  if (charEnd <= charStart || !/[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(slice)) return [];
  // A space can carry an accent; then it is part of a letter.
  charStart = Math.max(start, graphemes.containing(charStart)?.index ?? charStart);
  const tableHeader = headerAt(tables, charStart);
  const chunk = { charStart, charEnd, text: text.slice(charStart, charEnd), headingPath };
  return [tableHeader === undefined ? chunk : { ...chunk, tableHeader }];
}

/** Counts what the model will read. Sizes do not add up for every tokenizer, so a chunk may still have to be halved. */
async function confirm(
  source: Source,
  drafts: readonly Draft[],
  limits: ChunkLimits,
  countTokens: CountTokens,
): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  let open = drafts;
  while (open.length > 0) {
    const counts = await countTokens(open.map(embeddingText));
    const halves: Draft[] = [];
    open.forEach((candidate, index) => {
      const tokens = counts[index] ?? 0;
      const { charStart, charEnd, headingPath } = candidate;
      const isTooLong = tokens > limits.maxTokens;
      const isBare = headingPath.length === 0 && candidate.tableHeader === undefined;
      if (isTooLong && !isBare && isOneLetter(source, charStart, charEnd)) {
        halves.push({ charStart, charEnd, text: candidate.text, headingPath: [] });
        return;
      }
      const cut = isTooLong ? cutEvenly(source, charStart, charEnd, 2)[0] : undefined;
      if (cut === undefined) chunks.push({ ...candidate, tokens });
      else halves.push(...draft(source, charStart, cut, headingPath), ...draft(source, cut, charEnd, headingPath));
    });
    open = halves;
  }
  return chunks.sort((a, b) => a.charStart - b.charStart || a.charEnd - b.charEnd);
}
