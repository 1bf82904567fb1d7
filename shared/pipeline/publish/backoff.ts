const FIRST_SECONDS = 1;
const LONGEST_SECONDS = 300;

/** Seconds until the next attempt: doubling, at most five minutes, each drawn from the upper half so that retries spread. */
export function backoffSeconds(attempts: number, random: () => number = Math.random): number {
  const full = Math.min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** attempts);
  return full / 2 + (random() * full) / 2;
}
