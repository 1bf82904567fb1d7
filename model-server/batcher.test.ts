import { describe, expect, it } from 'vitest';
import { createBatcher, QueueFullError } from './batcher.ts';

/** Embeds by hand: each call waits until the test lets it go. Vectors hold the text's own number. */
function heldModel() {
  const calls: { texts: readonly string[]; finish(): void; fail(error: Error): void }[] = [];
  return {
    calls,
    embedTexts: (texts: readonly string[]) =>
      new Promise<number[][]>((resolve, reject) => {
        calls.push({ texts, finish: () => resolve(texts.map((text) => [Number(text)])), fail: reject });
      }),
  };
}

const limits = { texts: 4, tokens: 1000, waiting: 10 };
const settled = async () => {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
};

describe('batching across callers', () => {
  it('puts callers of the same moment into one batch and gives each its own vectors', async () => {
    const model = heldModel();
    const batcher = createBatcher(model, 512, limits);
    const answers = Promise.all([batcher.embed(['1', '2'], 'passage'), batcher.embed(['3'], 'passage')]);
    await settled();
    expect(model.calls.map((call) => call.texts)).toEqual([['1', '2', '3']]);
    model.calls[0]?.finish();
    expect(await answers).toEqual([[[1], [2]], [[3]]]);
    expect(batcher.waiting()).toBe(0);
  });

  it('runs one batch at a time, splits what is too much, and lets queries overtake', async () => {
    const model = heldModel();
    const batcher = createBatcher(model, 512, limits);
    const passages = batcher.embed(['1', '2', '3', '4', '5', '6', '7', '8', '9'], 'passage');
    await settled();
    const query = batcher.embed(['100'], 'query');
    await settled();
    expect(model.calls).toHaveLength(1);
    expect(batcher.waiting()).toBe(6);
    model.calls[0]?.finish();
    await settled();
    expect(model.calls[1]?.texts).toEqual(['100']);
    model.calls[1]?.finish();
    expect(await query).toEqual([[100]]);
    model.calls[2]?.finish();
    await settled();
    model.calls[3]?.finish();
    expect(await passages).toEqual([[1], [2], [3], [4], [5], [6], [7], [8], [9]]);
    expect(model.calls).toHaveLength(4);
  });

  it('bounds a batch by estimated tokens, but never starves one long text', async () => {
    const model = heldModel();
    const batcher = createBatcher(model, 4096, { ...limits, tokens: 100 });
    const long = '1'.padStart(4000, '0');
    const answer = batcher.embed([long, long, '3'], 'passage');
    for (let i = 0; i < 3; i += 1) {
      await settled();
      model.calls[i]?.finish();
    }
    expect(await answer).toEqual([[1], [1], [3]]);
    expect(model.calls.map((call) => call.texts.length)).toEqual([1, 1, 1]);
  });

  it('refuses what would wait too long', async () => {
    const model = heldModel();
    const batcher = createBatcher(model, 512, limits);
    const nine = Array.from({ length: 9 }, (_, i) => `${i}`);
    const first = batcher.embed(nine, 'passage');
    await settled();
    const second = batcher.embed(['1', '2', '3', '4', '5'], 'passage');
    await settled();
    await expect(batcher.embed(['7'], 'query')).rejects.toThrow(QueueFullError);
    for (let i = 0; i < 4; i += 1) {
      model.calls[i]?.finish();
      await settled();
    }
    expect(await first).toHaveLength(9);
    expect(await second).toHaveLength(5);
    expect(batcher.waiting()).toBe(0);
  });

  it("does not let one caller's text fail another's", async () => {
    const model = heldModel();
    const batcher = createBatcher(model, 512, limits);
    const bad = batcher.embed(['666'], 'passage').catch((error: Error) => error.message);
    const good = batcher.embed(['1'], 'passage');
    await settled();
    model.calls[0]?.fail(new Error('the batch'));
    await settled();
    model.calls[1]?.fail(new Error('this text'));
    await settled();
    model.calls[2]?.finish();
    expect(await bad).toBe('this text');
    expect(await good).toEqual([[1]]);
    const next = batcher.embed(['2'], 'passage');
    await settled();
    model.calls[3]?.finish();
    expect(await next).toEqual([[2]]);
  });

  it('forgets what a caller no longer wants', async () => {
    const model = heldModel();
    const batcher = createBatcher(model, 512, limits);
    const gone = new AbortController();
    const abandoned = batcher.embed(['1', '2', '3', '4', '5', '6'], 'passage', gone.signal).catch(() => 'gone');
    const other = batcher.embed(['7'], 'passage');
    await settled();
    gone.abort();
    expect(await abandoned).toBe('gone');
    expect(batcher.waiting()).toBe(1);
    model.calls[0]?.finish();
    await settled();
    expect(model.calls[1]?.texts).toEqual(['7']);
    model.calls[1]?.finish();
    expect(await other).toEqual([[7]]);
    expect(batcher.waiting()).toBe(0);
  });
});
