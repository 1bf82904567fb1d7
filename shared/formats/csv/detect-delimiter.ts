const CANDIDATES = [',', ';', '\t', '|'] as const;
const SAMPLE_LINES = 50;

/**
 * The character that parts the fields: the one that stands equally often in most lines, quoted fields aside.
 * @param sample the beginning of the text
 * @param preferred taken when nothing speaks for another
 */
export function detectDelimiter(sample: string, preferred: ',' | '\t'): string {
  const declared = /^sep=(.)\r?\n/i.exec(sample)?.[1];
  if (declared !== undefined) return declared;
  const lines = sample
    .replace(/"(?:[^"]|"")*"/g, '')
    .split(/\r\n|\n|\r/)
    .filter((line) => line.trim() !== '')
    .slice(0, SAMPLE_LINES);
  let best: string = preferred;
  let bestScore = 0;
  for (const candidate of CANDIDATES) {
    const counts = lines.map((line) => line.split(candidate).length - 1);
    const usual = mostFrequent(counts.filter((count) => count > 0));
    const agreeing = counts.filter((count) => count === usual).length;
    // Agreement says more than number: decimal commas are many, but not as many in every line.
    const score =
      usual === 0 ? 0 : agreeing / lines.length + Math.min(usual, 20) / 1000 + (candidate === preferred ? 0.05 : 0);
    if (score > bestScore) {
      best = candidate;
      bestScore = score;
    }
  }
  return best;
}

function mostFrequent(counts: readonly number[]): number {
  const times = new Map<number, number>();
  for (const count of counts) times.set(count, (times.get(count) ?? 0) + 1);
  return [...times].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [0, 0])[0];
}
