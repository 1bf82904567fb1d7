export interface BackoffSteps {
  /** Seconds at most after no failed attempt; twice as many after each. */
  first: number;
  /** Seconds at most after however many. */
  longest: number;
}

const STEPS: BackoffSteps = { first: 1, longest: 300 };

/**
 * Seconds until the next attempt, drawn from the upper half of its step, so that those who were refused together do not
 * come back together.
 * @param attempts that failed
 */
export function backoffSeconds(attempts: number, steps = STEPS, random: () => number = Math.random): number {
  const full = Math.min(steps.longest, steps.first * 2 ** attempts);
  return full / 2 + (random() * full) / 2;
}
