import { describe, expect, it } from 'vitest';
import type { ChunkState } from '#shared/domain/chunk.ts';
import { type Chunk, type CountTokens, embeddingText } from '#shared/domain/chunk.ts';
import type { Heading } from '#shared/formats/format.ts';
import { markdownHeadings } from '#shared/formats/markdown/markdown-headings.ts';
import { type ChunkLimits, chunkPage, INITIAL_CHUNK_STATE } from './chunk-page.ts';

/** Like a word-piece tokenizer: words in pieces of four letters, every other visible character by itself. */
const countPieces: CountTokens = async (texts) =>
  texts.map((text) => (text.match(/[\p{L}\p{N}]{1,4}|[^\p{L}\p{N}\s]/gu) ?? []).length);
const LIMITS: ChunkLimits = { maxTokens: 60, overlapTokens: 12 };

async function chunk(text: string, limits = LIMITS, headings: Heading[] = markdownHeadings(text)): Promise<Chunk[]> {
  return (await chunkPage({ text, headings }, INITIAL_CHUNK_STATE, limits, countPieces)).chunks;
}

function sentences(count: number, about: string): string {
  return Array.from({ length: count }, (_, i) => `Sentence number ${i + 1} tells about ${about}.`).join(' ');
}

describe('chunkPage', () => {
  it('keeps a short page whole, without the white space around it', async () => {
    const chunks = await chunk('\n\n  One short paragraph.  \n\n');
    expect(chunks).toMatchObject([
      { charStart: 4, charEnd: 24, text: 'One short paragraph.', headingPath: [], tokens: 7 },
    ]);
  });

  it('makes nothing of white space and invisible characters', async () => {
    expect(await chunk('')).toEqual([]);
    expect(await chunk(' \n\t \u00A0\u200B\n\n')).toEqual([]);
  });

  it('cuts at headings and gives each chunk the headings it stands under', async () => {
    const text = '# Manual\n\nIntro.\n\n## Pumps\n\nOil them.\n\n### Seals\n\nReplace.\n\n## Valves\n\nTurn them.\n';
    const chunks = await chunk(text);
    expect(chunks.map((c) => [c.text, c.headingPath])).toEqual([
      ['# Manual\n\nIntro.', ['Manual']],
      ['## Pumps\n\nOil them.', ['Manual', 'Pumps']],
      ['### Seals\n\nReplace.', ['Manual', 'Pumps', 'Seals']],
      ['## Valves\n\nTurn them.', ['Manual', 'Valves']],
    ]);
    expect(embeddingText(chunks[2] as Chunk)).toBe('Manual › Pumps › Seals\n### Seals\n\nReplace.');
  });

  it('keeps a heading with what follows, also when another heading follows first', async () => {
    const chunks = await chunk('# Manual\n\n## Pumps\n\nOil them.\n');
    expect(chunks.map((c) => [c.text, c.headingPath])).toEqual([
      ['# Manual\n\n## Pumps\n\nOil them.', ['Manual', 'Pumps']],
    ]);
    const long = await chunk(`## Pumps\n\n${'word '.repeat(300)}`);
    expect(long[0]?.text).toMatch(/^## Pumps\n\nword word/);
  });

  it('carries the open headings from page to page', async () => {
    const first = await chunkPage(
      { text: '# A\n\n## B\n\nText of b.', headings: markdownHeadings('# A\n\n## B\n\nText of b.') },
      INITIAL_CHUNK_STATE,
      LIMITS,
      countPieces,
    );
    const state = JSON.parse(JSON.stringify(first.state)) as ChunkState;
    const text = 'Still b.\n\n## C\n\nText of c.';
    const second = await chunkPage({ text, headings: markdownHeadings(text) }, state, LIMITS, countPieces);
    expect(second.chunks.map((c) => c.headingPath)).toEqual([
      ['A', 'B'],
      ['A', 'C'],
    ]);
    const level3 = [{ offset: 0, level: 3, title: 'Deep' }];
    const third = await chunkPage({ text: 'Deep\n\ntext', headings: level3 }, second.state, LIMITS, countPieces);
    expect(third.chunks[0]?.headingPath).toEqual(['A', 'C', 'Deep']);
  });

  it('fills chunks with whole sentences and repeats the last ones', async () => {
    const text = sentences(30, 'pumps');
    const chunks = await chunk(text);
    expect(chunks.length).toBeGreaterThan(4);
    for (const { text: piece, tokens } of chunks) {
      expect(piece).toMatch(/^Sentence number \d+ .*\.$/s);
      expect(tokens).toBeLessThanOrEqual(60);
    }
    for (const [i, next] of chunks.slice(1).entries()) {
      const previous = chunks[i] as Chunk;
      const shared = text.slice(next.charStart, previous.charEnd);
      expect(shared).toMatch(/^Sentence number \d+ tells about pumps\.$/);
    }
    expect(
      (await chunk(text, { ...LIMITS, overlapTokens: 0 })).every(
        (c, i, all) => c.charStart >= (all[i - 1]?.charEnd ?? 0),
      ),
    ).toBe(true);
  });

  it('does not end a sentence where a line is wrapped', async () => {
    const text = 'The pump in the\nlower hall is to be\noiled every week.\nThe other one never.';
    const chunks = await chunk(text, { maxTokens: 18, overlapTokens: 0 });
    expect(chunks.map((c) => c.text)).toEqual([
      'The pump in the\nlower hall is to be\noiled every week.',
      'The other one never.',
    ]);
  });

  it('rather ends a chunk between paragraphs', async () => {
    const [a, b] = [sentences(4, 'pumps'), sentences(4, 'valves')];
    const chunks = await chunk(`${a}\n\n${b}`, { maxTokens: 70, overlapTokens: 0 });
    expect(chunks.map((c) => c.text)).toEqual([a, b]);
  });

  it('does not leave a tiny end behind where it fits', async () => {
    const chunks = await chunk(`${sentences(4, 'pumps')}\n\nEnd.`, { maxTokens: 70, overlapTokens: 0 });
    expect(chunks).toHaveLength(1);
  });

  it('keeps table rows and list items whole', async () => {
    const rows = Array.from({ length: 20 }, (_, i) => `| Part ${i} | Stored on shelf ${i}. Ask first. | ${i * 10} |`);
    const items = Array.from({ length: 20 }, (_, i) => `- Step ${i}: open the valve`);
    const chunks = await chunk(`${rows.join('\n')}\n\n${items.join('\n')}`, { maxTokens: 50, overlapTokens: 0 });
    const lines = chunks.flatMap((c) => c.text.split(/\n+/));
    expect(lines).toEqual([...rows, ...items]);
  });

  it('cuts what has no sentences at line breaks, then at words', async () => {
    const log = Array.from({ length: 40 }, (_, i) => `2024-01-01 level=info request id=${i} done`);
    const chunks = await chunk(log.join('\n'));
    expect(chunks.length).toBeGreaterThan(5);
    for (const { text } of chunks) for (const line of text.split('\n')) expect(log).toContain(line);
    const words = await chunk('word '.repeat(500));
    expect(words.every((c) => /^(word )*word$/.test(c.text))).toBe(true);
  });

  it('cuts a giant word between letters, not inside them', async () => {
    const family = '👨‍👩‍👧‍👦';
    const text = family.repeat(100) + 'e\u0301'.repeat(400);
    const chunks = await chunk(text);
    expect(chunks.map((c) => c.text).join('')).toBe(text);
    for (const { text: piece } of chunks) expect(piece.replaceAll(family, '').replaceAll('e\u0301', '')).toBe('');
  });

  it('rather leaves a large letter without its headings than cuts it', async () => {
    const letter = `\u200D${'\u0301'.repeat(25)}`;
    const text = `# Eight ch\n\n${letter}\n`;
    const countMarks: CountTokens = async (texts) => texts.map((each) => each.replace(/\s/g, '').length);
    const limits = { maxTokens: 30, overlapTokens: 0 };
    const page = { text, headings: markdownHeadings(text) };
    const { chunks } = await chunkPage(page, INITIAL_CHUNK_STATE, limits, countMarks);
    expect(chunks.map((one) => [one.text, one.headingPath])).toEqual([
      ['# Eight ch', ['Eight ch']],
      [letter, []],
    ]);
  });

  it.each([
    ['th', 'ระบบสูบน้ำในอาคารต้องได้รับการตรวจสอบทุกเดือนโดยช่างที่ได้รับอนุญาตและบันทึกผลไว้ในสมุด'.repeat(8)],
    ['ja', '屋上の給水ポンプは毎月資格を持つ技術者が点検してその結果を台帳に記録しなければならない'.repeat(8)],
    ['zh', '屋顶的水泵每个月都必须由有资格的技术人员检查并把结果记录在册子里'.repeat(10)],
  ])('cuts %s, which has no spaces, between words and within the limit', async (_language, text) => {
    const countLetters: CountTokens = async (texts) => texts.map((each) => each.length);
    const { chunks } = await chunkPage(
      { text, headings: [] },
      INITIAL_CHUNK_STATE,
      { maxTokens: 70, overlapTokens: 0 },
      countLetters,
    );
    expect(chunks.map((one) => one.text).join('')).toBe(text);
    const words = [...new Intl.Segmenter('und', { granularity: 'word' }).segment(text)].map(({ index }) => index);
    for (const { charStart, tokens } of chunks) {
      expect(words).toContain(charStart);
      expect(tokens).toBeLessThanOrEqual(70);
    }
  });

  it('ends sentences without spaces after them', async () => {
    const text = '水泵在屋顶。每个月检查一次！结果记录在册子里。明年要更换。';
    const countLetters: CountTokens = async (texts) => texts.map((each) => each.length);
    const { chunks } = await chunkPage(
      { text, headings: [] },
      INITIAL_CHUNK_STATE,
      { maxTokens: 15, overlapTokens: 0 },
      countLetters,
    );
    expect(chunks.map((one) => one.text)).toEqual(['水泵在屋顶。每个月检查一次！', '结果记录在册子里。明年要更换。']);
  });

  it('shortens a heading path that would crowd out the text', async () => {
    const headings = Array.from({ length: 6 }, (_, i) => `${'#'.repeat(i + 1)} ${'Overlong heading '.repeat(20)}${i}`);
    const chunks = await chunk(`${headings.join('\n\n')}\n\n${sentences(10, 'pumps')}`);
    for (const one of chunks) {
      expect(one.tokens).toBeLessThanOrEqual(60);
      expect((await countPieces([one.headingPath.join(' › ')]))[0]).toBeLessThanOrEqual(18);
    }
    expect(chunks[0]?.headingPath).toHaveLength(1);
  });

  it('asks the tokenizer twice for an ordinary page', async () => {
    let calls = 0;
    const counting: CountTokens = (texts) => {
      calls++;
      return countPieces(texts);
    };
    const text = `# A\n\n${sentences(20, 'pumps')}\n\n# B\n\n${sentences(20, 'valves')}`;
    await chunkPage({ text, headings: markdownHeadings(text) }, INITIAL_CHUNK_STATE, LIMITS, counting);
    expect(calls).toBe(2);
  });
});
