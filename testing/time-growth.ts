/** Rounds after which the least of the times is taken as it is: others work on the machine, too. */
const MOST_ROUNDS = 12;

/**
 * How many times as long a work takes at four times the size: about 4 where time grows with the size, 16 where with its
 * square. Measures again while the answer is more than `enough`.
 */
export async function timeGrowth(
  work: (size: number) => unknown,
  { size, enough }: { size: number; enough: number },
): Promise<number> {
  const once = async (of: number): Promise<number> => {
    const start = performance.now();
    await work(of);
    return performance.now() - start;
  };
  await once(size);
  let small = Number.POSITIVE_INFINITY;
  let large = Number.POSITIVE_INFINITY;
  let round = 0;
  do {
    small = Math.min(small, await once(size));
    large = Math.min(large, await once(4 * size));
  } while (large > enough * small && ++round < MOST_ROUNDS);
  return large / small;
}
