import { Tensor } from '@xenova/transformers';
import type { Turns } from './one-at-a-time.ts';

/** Places of texts of like length together, so that little is padded, each run within `mostTokens` of padded tokens. */
function planRuns(lengths: readonly number[], mostTokens: number): number[][] {
  const order = lengths.map((_, index) => index).sort((a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0));
  const runs: number[][] = [];
  let run: number[] = [];
  for (const index of order) {
    // Ascending: the text that is added is the longest, and all are padded to it.
    if (run.length > 0 && (run.length + 1) * (lengths[index] ?? 0) > mostTokens) {
      runs.push(run);
      run = [];
    }
    run.push(index);
  }
  if (run.length > 0) runs.push(run);
  return runs;
}

/**
 * What the model makes of each item, in their order, in runs of like length. A run is a turn, so that who wants little
 * waits for no more than a run of each other caller; `signal` ends it between two.
 */
export async function inRuns<Item, Result>(
  items: readonly Item[],
  options: { lengthOf(item: Item): number; mostTokens: number; turns: Turns; signal?: AbortSignal | undefined },
  runModel: (items: readonly Item[]) => Promise<readonly Result[]>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const places of planRuns(items.map(options.lengthOf), options.mostTokens)) {
    const run = places.flatMap((place) => items.slice(place, place + 1));
    const made = await options.turns.run(async () => {
      options.signal?.throwIfAborted();
      return runModel(run);
    });
    if (made.length !== run.length)
      throw new Error(`The model returned ${made.length} results for ${run.length} inputs.`);
    for (const [at, result] of made.entries()) results[places[at] ?? 0] = result;
  }
  return results;
}

/** Rows of tokens as one tensor of as many columns as the longest has. */
export function paddedTensor(rows: readonly (readonly number[])[], padding: number): Tensor {
  const width = Math.max(1, ...rows.map((row) => row.length));
  const data = new BigInt64Array(rows.length * width).fill(BigInt(padding));
  rows.forEach((row, at) => {
    row.forEach((value, column) => {
      data[at * width + column] = BigInt(value);
    });
  });
  return new Tensor('int64', data, [rows.length, width]);
}

/** 1 for each token of a row, 0 for what pads it. */
export function attentionMask(rows: readonly (readonly number[])[]): Tensor {
  return paddedTensor(
    rows.map((row) => row.map(() => 1)),
    0,
  );
}
