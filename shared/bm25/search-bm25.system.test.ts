import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asUser } from '#shared/db/as-user.ts';
import { deleteBm25Segments, insertBm25Segment } from '#shared/db/bm25-repository.ts';
import { insertChunks } from '#shared/db/chunks-repository.ts';
import { chunkId } from '#shared/domain/ids.ts';
import { parseQuery } from '#shared/text/parse-query.ts';
import { BruteForce } from '#testing/brute-force-bm25.ts';
import { passageRows } from '#testing/passage-rows.ts';
import { insertTestUser } from '#testing/stored-file.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { searchBm25 } from './search-bm25.ts';
import { buildSegment } from './segment.ts';

const SETTINGS = { k1: 1.2, b: 0.75 };

let container: TestContainer;
let userId: string;
beforeAll(async () => {
  container = await newTestContainer();
});
afterAll(() => container.close());
beforeEach(async () => {
  userId = await insertTestUser(container.everyone);
});

interface Stored {
  fileId: string;
  ids: string[];
}

async function store(
  texts: readonly string[],
  { fileId = randomUUID() as string, generation = 1, live = 1 as number | null, language = 'en' as string | null } = {},
): Promise<Stored> {
  const ids = texts.map((_, index) => chunkId(fileId, generation, index));
  await container.everyone
    .insertInto('files')
    .values({
      id: fileId,
      user_id: userId,
      filename: 'test.txt',
      content_type: 'text/plain',
      size: 1,
      source: 'api',
      status: 'READY',
      generation,
      live_generation: live,
    })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ generation, live_generation: live }))
    .execute();
  await asUser(container.db, userId, async (trx) => {
    const chunks = passageRows({ userId, fileId, generation }, texts);
    await insertChunks(trx, chunks);
    const segment = buildSegment(texts.map((text) => ({ text, language })));
    // Twice, as after a crash between two deliveries.
    for (let time = 0; time < 2; time += 1) {
      await insertBm25Segment(trx, { userId, fileId, generation, firstChunk: 0, ...segment });
    }
  });
  return { fileId, ids };
}

async function ask(query: string, more: { limit?: number; fileIds?: string[] } = {}) {
  return asUser(container.db, userId, (trx) =>
    searchBm25(trx, userId, { parsed: parseQuery(query), limit: 10, ...more }, SETTINGS),
  );
}

async function found(query: string, more: { limit?: number; fileIds?: string[] } = {}): Promise<string[]> {
  return (await ask(query, more)).hits.map(({ id }) => id);
}

/** Words by their frequency: `w0` is in nearly every passage, `w99` in few. */
function words(seed: number, passages: number): string[] {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length: passages }, () =>
    Array.from({ length: 5 + Math.floor(30 * random()) }, () => `w${Math.floor(100 * random() ** 3)}x`).join(' '),
  );
}

function bruteForce(texts: readonly string[], query: string): [number, number][] {
  const passages = texts.map((text) => ({ text, language: null }));
  return new BruteForce(passages).search(query, SETTINGS).map(({ passage, score }) => [passage, score]);
}

describe('the ranking', () => {
  it('is that of brute force, to the last bit, also where common words are left unread', async () => {
    const texts = words(7, 12_000);
    const ids: string[] = [];
    const fileIds = Array.from({ length: 40 }, () => randomUUID() as string).sort();
    for (const [at, fileId] of fileIds.entries()) {
      ids.push(...(await store(texts.slice(at * 300, (at + 1) * 300), { fileId, language: null })).ids);
    }
    const queries = [
      'w99x w98x',
      'w97x w0x w1x w2x',
      'w0x w1x w2x w3x w4x',
      'w90x',
      'w99x w95x w96x w0x w5x',
      'w60x w61x',
    ];
    for (const query of queries) {
      const expected = bruteForce(texts, query);
      for (const limit of [1, 10, 500]) {
        const { hits } = await ask(query, { limit });
        expect(hits).toEqual(expected.slice(0, limit).map(([passage, score]) => ({ id: ids[passage], score })));
      }
    }
    const all = await ask('w0x w97x', { limit: 20_000 });
    const pruned = await ask('w0x w97x', { limit: 1 });
    expect(pruned.bytesFetched).toBeLessThan(all.bytesFetched);
    const narrowed = await ask('w97x w0x', { fileIds: [fileIds[3] ?? ''] });
    const inFile = bruteForce(texts, 'w97x w0x').filter(([passage]) => passage >= 900 && passage < 1_200);
    expect(narrowed.hits).toEqual(inFile.slice(0, 10).map(([passage, score]) => ({ id: ids[passage], score })));
  });

  it('is that of brute force where passages are in several languages, and weighs a word as often as it is said', async () => {
    const english = words(3, 400).map((text, at) =>
      [text, at % 3 === 0 ? 'what is that of the w1x' : 'it is the w2x', at % 40 === 0 ? 'they die or can' : ''].join(
        ' ',
      ),
    );
    const german = words(5, 60).map((text, at) => `${text} die ${at % 2 === 0 ? 'will die what is that' : 'und der'}`);
    const french = words(6, 30).map((text) => `${text} or et la the dans`);
    const foreign = words(9, 20).map((text) => `${text} that is the what of can`);
    const parts = [
      { texts: english, language: 'en' },
      { texts: german, language: 'de' },
      { texts: french, language: 'fr' },
      { texts: foreign, language: 'tlh' },
    ];
    const ids: string[] = [];
    const fileIds = parts.map(() => randomUUID() as string).sort();
    for (const [at, { texts, language }] of parts.entries())
      ids.push(...(await store(texts, { fileId: fileIds[at] ?? '', language })).ids);
    const brute = new BruteForce(parts.flatMap(({ texts, language }) => texts.map((text) => ({ text, language }))));
    for (const query of [
      'what is that w90x of the w1x',
      'die w95x',
      'how do they die',
      'die',
      'prix or w3x',
      'or',
      'what is that',
      'will can or die',
      'wer will die w90x und der w1x',
      'the w0x w99x',
    ]) {
      const expected = brute.search(query, SETTINGS);
      for (const limit of [10, 500]) {
        const { hits } = await ask(query, { limit });
        expect(hits, query).toEqual(
          expected.slice(0, limit).map(({ passage, score }) => ({ id: ids[passage], score })),
        );
      }
    }
    const { groups } = await ask('how do they die w90x');
    expect(groups).toHaveLength(2);
    // Said in 10 English passages and, as an article, in 60 German ones.
    const die = groups.find(({ terms }) => terms.includes('die'));
    expect(die).toMatchObject({ frequency: 70, idf: Math.log(1 + (510 - 70 + 0.5) / 70.5) });
  });

  it('counts what searches see and nothing else', async () => {
    const first = await store(['pump pump', 'filter']);
    const alone = await ask('pump filter');
    await store(['pump', 'pump', 'pump'], { live: null });
    await store(['pump of a generation to come', 'pump'], { fileId: first.fileId, generation: 2, live: 1 });
    const other = userId;
    userId = await insertTestUser(container.everyone);
    await store(['pump', 'filter filter']);
    userId = other;
    expect(await ask('pump filter')).toEqual(alone);
    await container.everyone.updateTable('files').set({ live_generation: 2 }).where('id', '=', first.fileId).execute();
    expect(await found('pump')).toEqual([chunkId(first.fileId, 2, 1), chunkId(first.fileId, 2, 0)]);
    expect(await found('filter')).toEqual([]);
  });

  it('forgets a file with its segments', async () => {
    const { fileId } = await store(['pump']);
    await asUser(container.db, userId, (trx) => deleteBm25Segments(trx, userId, fileId, 1));
    const { rows } = {
      rows: await container.everyone.selectFrom('bm25_postings').select('term').where('user_id', '=', userId).execute(),
    };
    expect(rows).toEqual([]);
    const kept = await store(['filter']);
    await container.everyone.deleteFrom('chunks').where('file_id', '=', kept.fileId).execute();
    await container.everyone.deleteFrom('files').where('id', '=', kept.fileId).execute();
    const left = await container.everyone
      .selectFrom('bm25_postings')
      .select('term')
      .where('user_id', '=', userId)
      .execute();
    expect(left).toEqual([]);
  });
});

describe('what can be asked', () => {
  it('phrases, exclusions and prefixes', async () => {
    const { ids } = await store([
      'The water pump needs a filter.',
      'Water is moved by the pump.',
      'A pump for water in winter',
      'Computing filters, happily',
      'Part AB-123 of the heater',
    ]);
    const at = (...places: number[]) => places.map((place) => ids[place]);
    expect(await found('"water pump"')).toEqual(at(0));
    expect((await found('pump -winter')).sort()).toEqual(at(0, 1).sort());
    expect((await found('pump -"water pump"')).sort()).toEqual(at(1, 2).sort());
    expect((await found('filt*')).sort()).toEqual(at(0, 3).sort());
    expect(await found('computi*')).toEqual(at(3));
    expect(await found('happily*')).toEqual(at(3));
    expect(await found('ab-123')).toEqual(at(4));
    expect(await found('-winter')).toEqual([]);
    expect(await found('"the of"')).toEqual([]);
  });

  it('phrases, exclusions and prefixes of function words', async () => {
    const { ids } = await store(['The Who played in the hall.', 'Who goes to the hall?', 'Wheels of the mill']);
    const foreign = await store(['wo is the Who, that, where and when'], { language: 'tlh' });
    const at = (...places: number[]) => places.map((place) => ids[place]);
    expect((await found('"the who"')).sort()).toEqual([...at(0), ...foreign.ids].sort());
    expect((await found('"the who" mill')).sort()).toEqual([...at(0), ...foreign.ids].sort());
    expect(await found('"who played"')).toEqual(at(0));
    expect(await found('hall -who')).toEqual([]);
    expect(await found('hall -goes')).toEqual(at(0));
    expect(await found('mill -the')).toEqual([]);
    expect(await found('whee*')).toEqual(at(2));
    expect((await found('whic*')).length).toBe(0);
    // No other word begins so.
    expect((await found('wh*')).sort()).toEqual([...at(2), ...foreign.ids].sort());
    userId = await insertTestUser(container.everyone);
    const alone = await store(['Where is it?', 'A pump']);
    expect(await found('whe*')).toEqual([alone.ids[0]]);
  });

  it('words of any of the languages that the passages are in', async () => {
    const english = await store(['They were running the pumps'], { language: 'en' });
    const german = await store(['Die Häuser der Straße'], { language: 'de' });
    const unknown = await store(['pumps xyzzy'], { language: null });
    expect((await found('pumps')).sort()).toEqual([english.ids[0], unknown.ids[0]].sort());
    expect(await found('runs')).toEqual(english.ids);
    expect(await found('hauses')).toEqual(german.ids);
  });

  it('anything at all', async () => {
    await store(['a pump', "' OR 1=1", '100%_\\']);
    const many = Array.from({ length: 2_000 }, (_, at) => `wort${at}`).join(' ');
    for (const query of [
      "' OR 1=1",
      '%_\\',
      'a & b | !c <-> d',
      '"',
      'pump\0',
      '🍮',
      '\ud800',
      `${many} pump`,
      '-',
      '*',
      '"-"*',
    ]) {
      await expect(ask(query)).resolves.toBeDefined();
    }
    expect(await found(`${many} pump`)).toHaveLength(1);
    expect(await found('pump\0')).toHaveLength(1);
  });
});
