import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '#shared/api/problem.ts';
import type { SearchAnswer, SearchRequest } from '#shared/api/search.ts';
import { makePdf } from '#testing/documents/make-pdf.ts';
import { newPerson, type Person, untilSettled, uploadBytes } from '#testing/person.ts';

let person: Person;
let pdfId: string;
let markdownId: string;

beforeAll(async () => {
  person = await newPerson();
  const markdown = '# Pumps\n\nPumps are greased on Mondays.\n\n## Spare parts\n\nGaskets lie in drawer seven.\n';
  pdfId = (await uploadBytes(person, 'log.pdf', new Uint8Array(makePdf({ pages: 12 })))).id;
  markdownId = (await uploadBytes(person, 'pumps.md', markdown)).id;
  for (const id of [pdfId, markdownId]) expect((await untilSettled(person, id)).status).toBe('READY');
});

describe('a hybrid search', () => {
  it('finds the passage with its page, its matches and the rank of each leg', async () => {
    const { results, degraded, tookMs } = await person.search({ query: 'where is marker7x?' });
    expect(results[0]).toMatchObject({
      fileId: pdfId,
      filename: 'log.pdf',
      contentType: 'application/pdf',
      location: { page: 7 },
    });
    expect(results[0]?.legs.sparse?.rank).toBe(1);
    expect(results[0]?.legs.bm25?.rank).toBe(1);
    expect(results[0]?.legs.dense?.rank).toBeGreaterThanOrEqual(1);
    const { text = '', highlights = [] } = results[0] ?? {};
    expect(highlights.map(({ start, end }) => text.slice(start, end))).toContain('marker7x');
    expect(degraded).toEqual([]);
    expect(tookMs.total).toBeGreaterThan(0);
  });

  it('tells the span and the headings in formats without pages', async () => {
    const { results } = await person.search({ query: 'gaskets drawer' });
    expect(results[0]).toMatchObject({ fileId: markdownId, location: { charStart: expect.any(Number) } });
    expect(results[0]?.headingPath[0]).toBe('Pumps');
  });

  it('explains itself when asked', async () => {
    const { explanation } = await person.search({ query: 'pumps', explain: true });
    expect(explanation).toMatchObject({ model: 'hashing-384', weights: { sparse: 1, bm25: expect.any(Number) } });
  });
});

describe('modes and filters', () => {
  it('keyword asks the legs that go by words, semantic the one that goes by meaning', async () => {
    const keyword = await person.search({ query: 'gaskets', mode: 'keyword' });
    expect(Object.keys(keyword.results[0]?.legs ?? {}).sort()).toEqual(['bm25', 'sparse']);
    const semantic = await person.search({ query: 'gaskets', mode: 'semantic' });
    expect(Object.keys(semantic.results[0]?.legs ?? {})).toEqual(['dense']);
  });

  it('quoted phrases, exclusions and beginnings of words hold in every leg', async () => {
    const texts = async (query: string, mode: SearchRequest['mode'] = 'hybrid') =>
      (await person.search({ query, mode, limit: 50 })).results.map(({ text }) => text);
    for (const mode of ['hybrid', 'semantic', 'keyword'] as const) {
      expect(await texts('"drawer seven"', mode)).toEqual([expect.stringContaining('drawer seven')]);
      expect(await texts('"seven drawer"', mode)).toEqual([]);
      const without = await texts('pumps gaskets -mondays', mode);
      expect(without.length).toBeGreaterThan(0);
      expect(without.filter((text) => text.includes('Mondays'))).toEqual([]);
    }
    expect((await texts('gask*', 'keyword'))[0]).toContain('Gaskets');
    expect((await person.search({ query: 'gask*', legs: ['bm25'] })).results[0]?.text).toContain('Gaskets');
  });

  it('filters reach into the legs', async () => {
    const names = async (filters: object) =>
      new Set((await person.search({ query: 'pumps', limit: 50, filters })).results.map((hit) => hit.filename));
    expect(await names({ fileIds: [markdownId] })).toEqual(new Set(['pumps.md']));
    expect(await names({ types: ['application/pdf'] })).toEqual(new Set(['log.pdf']));
    expect(await names({ filename: 'PUMPS' })).toEqual(new Set(['pumps.md']));
    expect(await names({ sources: ['drive'] })).toEqual(new Set());
    expect(await names({ createdBefore: '2020-01-01T00:00:00Z' })).toEqual(new Set());
    expect(await names({ fileIds: [] })).toEqual(new Set());
  });

  it('groups by file', async () => {
    const { results } = await person.search({ query: 'pumps', groupBy: 'file' });
    const ids = results.map((result) => result.fileId);
    expect(ids).toHaveLength(new Set(ids).size);
    expect(ids).toContain(pdfId);
  });

  it('pages without gaps or repetition', async () => {
    const ids = async (offset: number, limit: number) =>
      (await person.search({ query: 'station log valve', mode: 'keyword', offset, limit })).results.map(
        (r) => r.chunkId,
      );
    const all = await ids(0, 9);
    expect([...(await ids(0, 3)), ...(await ids(3, 3)), ...(await ids(6, 3))]).toEqual(all);
  });

  it('GET answers the same as POST', async () => {
    const response = await person.fetch('/search?q=gaskets&limit=3&mode=keyword');
    const byAddress = (await response.json()) as SearchAnswer;
    const byBody = await person.search({ query: 'gaskets', limit: 3, mode: 'keyword' });
    expect(byAddress.results).toEqual(byBody.results);
  });
});

describe('a person without files', () => {
  it('gets an empty list', async () => {
    const { results } = await (await newPerson()).search({ query: 'anything' });
    expect(results).toEqual([]);
  });
});

describe('bad input', () => {
  it.each([
    [{ query: '' }, 'query'],
    [{ query: '  \n' }, 'query'],
    [{ query: 'x'.repeat(2_001) }, 'query'],
    [{ query: 5 }, 'query'],
    [{}, 'query'],
    [{ query: 'x', mode: 'fuzzy' }, 'mode'],
    [{ query: 'x', limit: 0 }, 'limit'],
    [{ query: 'x', limit: -1 }, 'limit'],
    [{ query: 'x', limit: 1e9 }, 'limit'],
    [{ query: 'x', limit: null }, 'limit'],
    [{ query: 'x', limit: '5' }, 'limit'],
    [{ query: 'x', userId: randomUUID() }, 'userId'],
    [{ query: 'x', filters: { must: [] } }, 'filters.must'],
    [{ query: 'x', filters: { filename: 'a\0' } }, 'filters.filename'],
    [{ query: 'x', filters: { filename: '\ud800' } }, 'filters.filename'],
    [{ query: 'x', filters: { types: ['a\0'] } }, 'filters.types.0'],
  ])('%j names the field %s', async (body, field) => {
    const response = await person.fetch('/search', {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
    const problem = (await response.json()) as Problem;
    expect([response.status, problem.code]).toEqual([400, 'VALIDATION_ERROR']);
    expect(problem.errors?.map((error) => error.field)).toEqual([field]);
  });

  it.each([
    "' OR 1=1 --",
    '%_\\',
    'a & b | !c <-> (',
    "'",
    '\0',
    '\ud800',
    '🦖',
    '...',
    'the of and',
    'wörter '.repeat(250),
  ])('%j is searched for', async (query) => {
    const { results } = await person.search({ query });
    expect(Array.isArray(results)).toBe(true);
  });

  it.each([
    [
      '2,000 words of a character each',
      Array.from({ length: 2_000 }, (_, at) => String.fromCodePoint(0x4e00 + at)).join(''),
    ],
    ['500 words of three letters', Array.from({ length: 500 }, (_, at) => (at + 1_000).toString(26)).join(' ')],
  ])('%s, all different, are searched for by every leg in its time', async (_, query) => {
    const { degraded, tookMs } = await person.search({ query });
    expect(degraded).toEqual([]);
    expect(tookMs.total).toBeGreaterThan(0);
  });
});
