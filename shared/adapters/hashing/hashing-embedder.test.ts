import { describe, expect, it } from 'vitest';
import { createHashingEmbedder } from './hashing-embedder.ts';

const embedder = createHashingEmbedder();
const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);

async function likeness(a: string, b: string): Promise<number> {
  const [va, vb] = await embedder.embedPassages([a, b]);
  return dot(va ?? [], vb ?? []);
}

describe('the hashing embedder', () => {
  it('says what it is', async () => {
    expect(await embedder.describe()).toEqual({ id: 'hashing-384', dimensions: 384, maxTokens: 512 });
  });

  it('gives finite vectors of unit length for any text', async () => {
    const texts = ['', '…', 'the', 'x', 'a'.repeat(200_000), '\u0000\ud800', '東京タワー', 'wing '.repeat(5000)];
    for (const vector of await embedder.embedPassages(texts)) {
      expect(vector).toHaveLength(384);
      expect(Math.abs(dot(vector, vector) - 1)).toBeLessThan(1e-5);
    }
  });

  it('finds texts with shared, inflected and misspelt words alike, others not', async () => {
    const passage = 'The invoice must be paid within thirty days of delivery.';
    expect(await likeness(passage, 'paying invoices after a delivery')).toBeGreaterThan(0.4);
    expect(Math.abs(await likeness(passage, 'Penguins breed on Antarctic ice'))).toBeLessThan(0.15);
    expect(await likeness('accommodation', 'acommodation')).toBeGreaterThan(0.12);
    expect(Math.abs(await likeness('accommodation', 'turbulence'))).toBeLessThan(0.1);
  });

  it('sees what neighbouring characters share in scripts without spaces', async () => {
    const shared = await likeness('東京都の人口は増加している', '東京都の人口');
    expect(shared).toBeGreaterThan(0.5);
    expect(shared).toBeGreaterThan((await likeness('東京都の人口は増加している', '猫が好きです')) + 0.3);
  });

  it('gives the same vector in another instance, for queries and passages alike', async () => {
    const [passage] = await embedder.embedPassages(['wind tunnel']);
    expect(await createHashingEmbedder().embedQuery('wind tunnel')).toEqual(passage);
  });

  it('counts long words and unspaced scripts as several tokens, exactly as it splits them', async () => {
    const texts = [
      '',
      'wind tunnel',
      'electroencephalography',
      '東京タワー',
      'a, b!',
      'x'.repeat(1000),
      'don’t 𝒳𝒳',
      '𝒳'.repeat(9),
    ];
    const counts = await embedder.countTokens(texts);
    expect(counts.slice(0, 6)).toEqual([0, 2, 3, 5, 4, 125]);
    expect((await embedder.tokenize(texts)).map((tokens) => tokens.length)).toEqual(counts);
  });

  it('reads as far as its 512 tokens', async () => {
    const window = Array.from({ length: 512 }, (_, i) => `word${i}`).join(' ');
    const [whole, longer] = await embedder.embedPassages([window, `${window} ${'more '.repeat(100_000)}`]);
    expect(longer).toEqual(whole);
  });
});
