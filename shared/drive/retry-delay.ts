const FIRST_SECONDS = 5;
const LONGEST_SECONDS = 900;

/**
 * How long to wait after a failure: doubles with each attempt, up to a quarter of an hour, with a random half, so that
 * people who were refused together do not come back together.
 * @param attempts that failed before this one
 * @returns seconds
 */
export function retryDelay(attempts: number): number {
  const longest = Math.min(FIRST_SECONDS * 2 ** attempts, LONGEST_SECONDS);
  return Math.ceil(longest / 2 + (Math.random() * longest) / 2);
}
