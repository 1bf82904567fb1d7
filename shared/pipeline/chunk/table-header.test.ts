import { describe, expect, it } from 'vitest';
import { type Chunk, type ChunkState, type CountTokens, shownText } from '#shared/domain/chunk.ts';
import { chunkPage, INITIAL_CHUNK_STATE } from './chunk-page.ts';

const countPieces: CountTokens = async (texts) =>
  texts.map((text) => (text.match(/[\p{L}\p{N}]{1,4}|[^\p{L}\p{N}\s]/gu) ?? []).length);
const LIMITS = { maxTokens: 60, overlapTokens: 12 };

async function chunksOf(
  text: string,
  state: ChunkState = INITIAL_CHUNK_STATE,
): Promise<{ chunks: Chunk[]; state: ChunkState }> {
  return chunkPage({ text, headings: [] }, state, LIMITS, countPieces);
}

function rows(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, i) => `Pump ${from + i} | shelf ${i % 7} | ${(from + i) * 3}`).join(
    '\n',
  );
}

const HEADER = 'Part | Place | Count';

describe('a passage from inside a table', () => {
  it('begins with the header, and is no longer than others', async () => {
    const { chunks } = await chunksOf(`The stores.\n\n${HEADER}\n${rows(1, 40)}\n\nThe end of it.`);
    expect(chunks.length).toBeGreaterThan(5);
    expect(chunks[0]?.tableHeader).toBeUndefined();
    for (const chunk of chunks.slice(1)) {
      expect(shownText(chunk)).toMatch(/^Part \| Place \| Count\nPump \d+ \|/);
      expect(chunk.tokens).toBeLessThanOrEqual(LIMITS.maxTokens);
    }
  });

  it('keeps the header on the next page, whatever its margins say', async () => {
    const first = await chunksOf(`${HEADER}\n${rows(1, 20)}\n\nPage 1`);
    const state = JSON.parse(JSON.stringify(first.state)) as ChunkState;
    const second = await chunksOf(`Annual report\n\n${rows(20, 40)}`, state);
    const inside = second.chunks.filter(({ text }) => text.startsWith('Pump'));
    expect(inside.length).toBeGreaterThan(2);
    for (const chunk of inside) expect(chunk.tableHeader).toBe(HEADER);
    const { state: after } = await chunksOf(`${rows(40, 44)}\n\n${'Other text. '.repeat(30)}`, second.state);
    expect(after.table).toBeUndefined();
  });

  it.each([
    ['names over several columns', 'Region | 2023 |  | 2022\n | Q1 | Q2 | Q1 | Q2', ' | 10 | 20 | 30 | 40'],
    ['years', ' | Note | 2024 | 2023', ' | 4 | 12,450 | (11,980)'],
    ['Markdown', '| Part | Count |\n|---|---:|', ' | 12 |'],
  ])('knows headers of %s', async (_kind, header, row) => {
    const body = Array.from({ length: 30 }, (_, i) => `Harbour ${'north'.repeat(1 + (i % 2))}${row}`).join('\n');
    const { chunks } = await chunksOf(`${header}\n${body}`);
    expect(chunks.at(-1)?.tableHeader).toBe(header);
  });

  it('goes on below a title within the table', async () => {
    const { chunks } = await chunksOf(`${HEADER}\n${rows(1, 20)}\nFor the winter\n${rows(20, 40)}`);
    expect(chunks.at(-1)?.tableHeader).toBe(HEADER);
  });

  it('is told no header where there is none', async () => {
    const pairs = Array.from({ length: 40 }, (_, i) => `Name ${'abc'.charAt(i % 3)} | Ada of Bath`).join('\n');
    const numbers = Array.from({ length: 40 }, (_, i) => `${i} | ${i * 2} | ${i * 3}`).join('\n');
    for (const text of [pairs, numbers]) {
      for (const { tableHeader } of (await chunksOf(text)).chunks) expect(tableHeader).toBeUndefined();
    }
    const sheet = {
      text: `${HEADER}\n${rows(1, 40)}`,
      headings: [],
      place: { kind: 'sheet' as const, sheet: 'a', rows: [] },
    };
    const { chunks } = await chunkPage(sheet, INITIAL_CHUNK_STATE, LIMITS, countPieces);
    for (const { tableHeader } of chunks) expect(tableHeader).toBeUndefined();
  });
});
