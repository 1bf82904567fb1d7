import type { Bench } from './bench.ts';

/**
 * The benches of these names; without names, all that run by default.
 * @throws RangeError that lists the names there are
 */
export function selectBenches(benches: readonly Bench[], names: readonly string[]): Bench[] {
  if (names.length === 0) return benches.filter((bench) => !bench.onlyByName);
  const unknown = names.filter((name) => !benches.some((bench) => bench.name === name));
  if (unknown.length > 0) {
    throw new RangeError(`There is no bench "${unknown.join('", "')}". These there are:\n${listBenches(benches)}`);
  }
  return benches.filter((bench) => names.includes(bench.name));
}

/** One line a bench. */
export function listBenches(benches: readonly Bench[]): string {
  const width = Math.max(...benches.map(({ name }) => name.length));
  return benches
    .map(
      ({ name, description, onlyByName }) =>
        `  ${name.padEnd(width)}  ${description}${onlyByName ? ' (only when named)' : ''}`,
    )
    .join('\n');
}
