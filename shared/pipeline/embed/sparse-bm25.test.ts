import snowball from 'snowball-stemmers';
import { describe, expect, it } from 'vitest';
import { encodePassage, encodeQuery, tokenId } from './sparse-bm25.ts';

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
    for (const text of ['', ' \n\t', '…—!?', 'the of and', '\u0000\ud800', 'x'.repeat(41)]) {
      expect(encodePassage(text)).toEqual({ indices: [], values: [] });
    }
  });

  it('keep words of 40 characters, in any script, counted by characters and not by UTF-16 units', () => {
    expect(encodePassage('x'.repeat(40)).indices).toHaveLength(1);
    expect(encodePassage('𝒳'.repeat(40)).indices).toHaveLength(1);
    expect(encodePassage('𝒳'.repeat(41)).indices).toHaveLength(0);
  });

  it('keep words of other languages whole', () => {
    expect(encodePassage('Größe вода हिन्दी').indices).toHaveLength(3);
    expect(encodePassage('cafe\u0301')).toEqual(encodePassage('café'));
  });

  it('take words that are names of object properties for words', () => {
    const { values } = encodePassage('constructor __proto__ toString hasOwnProperty');
    expect(values).toHaveLength(4);
    expect(values.every((value) => value > 1 && value < 2.2)).toBe(true);
  });
});

describe('sparse queries', () => {
  it('weigh every term 1, once, with the ids passages have', () => {
    const query = encodeQuery('What cats, CATS and dogs?');
    expect(query.values).toEqual([1, 1]);
    expect(new Set(query.indices)).toEqual(new Set([tokenId('cat'), tokenId('dog')]));
    expect(encodePassage('cat dog').indices).toEqual(query.indices);
  });
});
