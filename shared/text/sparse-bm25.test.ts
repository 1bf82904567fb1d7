import snowball from 'snowball-stemmers';
import { describe, expect, it } from 'vitest';
import { analyzeQuery } from './analyze-query.ts';
import { createPassageEncoder, encodeQuery, tokenId } from './sparse-bm25.ts';

const encodePassage = (text: string, language = 'en') => createPassageEncoder()(text, language);

describe('ids of terms', () => {
  it('are the absolute value of murmur3_x86_32 as a signed integer, over UTF-8', () => {
    // Reference values from the published algorithm: hello 0x248bfa47; the others are negative as int32.
    expect(tokenId('hello')).toBe(0x248bfa47);
    expect(tokenId('hello, world')).toBe(0x149bbb7f);
    expect(tokenId('тест')).toBe(2 ** 32 - 2491638571);
    expect(tokenId('東京')).toBe(2 ** 32 - 2529104194);
    expect(tokenId('naïv')).toBe(756638508);
  });

  it('always fit a PostgreSQL int4', () => {
    for (let i = 0; i < 20_000; i += 1) {
      const id = tokenId(`word${i}`);
      expect(id >= 0 && id <= 2 ** 31 - 1 && Number.isInteger(id)).toBe(true);
    }
  });
});

describe('the stemmer', () => {
  it('is Porter2 as its authors publish it', () => {
    const stemmer = snowball.newStemmer('english');
    const pairs: Record<string, string> = {
      consistency: 'consist',
      consolatory: 'consolatori',
      consolidating: 'consolid',
      conspicuously: 'conspicu',
      conspiracy: 'conspiraci',
      conspirators: 'conspir',
      constables: 'constabl',
      knackeries: 'knackeri',
      kneading: 'knead',
      knightly: 'knight',
      knitted: 'knit',
      knives: 'knive',
      generously: 'generous',
      skies: 'sky',
      dying: 'die',
      news: 'news',
      hopping: 'hop',
      hoping: 'hope',
      relational: 'relat',
      aerodynamics: 'aerodynam',
    };
    for (const [word, stem] of Object.entries(pairs)) expect(stemmer.stem(word)).toBe(stem);
  });
});

describe('sparse passages', () => {
  it('hold f(k+1)/(f + k(1 − b + b·length/256)) of every kept word', () => {
    // Kept: cat, sat, mat, cat, dog = 5 words; "the", "on" and "don't" (don, t) are stop words.
    const { indices, values } = encodePassage("The cat sat on the mat. Cats don't dog!");
    const norm = 1.2 * (1 - 0.75 + (0.75 * 5) / 256);
    const of = (stem: string) => values[indices.indexOf(tokenId(stem))];
    expect(indices).toHaveLength(4);
    expect(of('cat')).toBeCloseTo((2 * 2.2) / (2 + norm), 12);
    expect(of('sat')).toBeCloseTo(2.2 / (1 + norm), 12);
  });

  it('have unique indices in ascending order', () => {
    const { indices } = encodePassage(Array.from({ length: 3000 }, (_, i) => `w${i % 1000}x`).join(' '));
    expect(indices).toHaveLength(1000);
    expect(indices.every((index, i) => i === 0 || index > (indices[i - 1] ?? 0))).toBe(true);
  });

  it('weigh a word less in a longer passage', () => {
    const filler = Array.from({ length: 500 }, (_, i) => `filler${i}`).join(' ');
    const weight = (text: string) => {
      const { indices, values } = encodePassage(text);
      return values[indices.indexOf(tokenId('turbin'))] ?? 0;
    };
    expect(weight(`turbine ${filler}`)).toBeLessThan(weight('turbine'));
  });

  it('are empty for texts without a word worth keeping', () => {
    for (const text of ['', ' \n\t', '…—!?', 'the of and', '\u0000\ud800']) {
      expect(encodePassage(text)).toEqual({ indices: [], values: [] });
    }
  });

  it('follow the rules of their language', () => {
    expect(encodePassage('Die Häuser', 'de').indices).toEqual([tokenId('haus')]);
    expect(encodePassage('我在北京大学学习', 'zh').indices).toEqual(expect.arrayContaining([tokenId('北京')]));
    expect(encodePassage('cafe\u0301', 'fr')).toEqual(encodePassage('café', 'fr'));
  });

  it('take words that are names of object properties for words', () => {
    const { values } = encodePassage('constructor valueOf hasOwnProperty');
    // Three names, and the words in them that are no stop words.
    expect(values).toHaveLength(5);
    expect(values.every((value) => value > 1 && value < 2.2)).toBe(true);
  });
});

describe('sparse queries', () => {
  const counting = (frequencies: Record<string, number>, chunks: number) => async () => ({
    frequencies: new Map(Object.entries(frequencies)),
    chunks,
  });
  const nothingToCount = () => Promise.reject(new Error('Nothing is to be counted'));
  const encode = (text: string, languages: Record<string, number>, count: Parameters<typeof encodeQuery>[1]) =>
    encodeQuery(analyzeQuery(text, new Map(Object.entries(languages))), count);
  const weightOf = (term: string, { indices, values }: Awaited<ReturnType<typeof encodeQuery>>) =>
    values[indices.indexOf(tokenId(term))];

  it('weigh every term 1, once, with the ids passages have', async () => {
    const query = await encode('What cats, CATS and dogs?', { en: 1 }, nothingToCount);
    expect(query.values).toEqual([1, 1]);
    expect(new Set(query.indices)).toEqual(new Set([tokenId('cat'), tokenId('dog')]));
    expect(encodePassage('cat dog').indices).toEqual(query.indices);
  });

  it('ask in every language for what its passages hold', async () => {
    const query = await encode('Häuser', { de: 1, en: 1 }, nothingToCount);
    expect(query.indices).toEqual(expect.arrayContaining(encodePassage('Häuser', 'de').indices));
    expect(query.indices).toEqual(expect.arrayContaining(encodePassage('Häuser', 'en').indices));
  });

  it('ask for no function word of their language that passages in another keep', async () => {
    const query = await encode('What is the rent that the tenant pays?', { en: 90, es: 5, simple: 5 }, nothingToCount);
    const asked = await encode('rent tenant pays', { en: 90, es: 5, simple: 5 }, nothingToCount);
    expect(query).toEqual(asked);
    expect(query.indices.length).toBeGreaterThan(0);
  });

  it('weigh a word by all passages that say it, also as a function word', async () => {
    const query = await encode('how do cells die', { en: 90, de: 10 }, counting({ die: 2, cell: 2, '=die': 10 }, 100));
    expect(weightOf('cell', query)).toBe(1);
    // The vector store knows of the 2 alone: its idf times the weight is the idf of 12.
    expect(weightOf('die', query)).toBeCloseTo(Math.log(1 + 88.5 / 12.5) / Math.log(1 + 98.5 / 2.5), 12);
  });

  it('leave queries of nothing but function words to the keyword index, unless nothing says them as such', async () => {
    expect(await encode('to be or not to be', { en: 9, simple: 1 }, nothingToCount)).toEqual({
      indices: [],
      values: [],
    });
    const foreign = await encode('to be or not to be', { simple: 1 }, nothingToCount);
    expect(foreign.indices).toHaveLength(4);
  });
});
