import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import type { Bench, BenchResult } from './bench.ts';
import { BENCHES } from './benches.ts';
import { formatRows } from './format-rows.ts';
import { listBenches, selectBenches } from './select-benches.ts';

const USAGE = `npm run bench [-- NAME… --json]

Measures, each figure beside its reference where there is one, in one run. Without names, all that are not marked.
${listBenches(BENCHES)}`;

/** What `--json` writes: one object on stdout. */
interface BenchReport {
  node: string;
  cpu: string;
  cores: number;
  benches: Outcome[];
}

interface Outcome extends BenchResult {
  name: string;
  seconds: number;
  /** Why there are no rows. */
  error?: string;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const selected = selectBenches(BENCHES, positionals);
  const machine = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length };
  if (!values.json) console.log(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}`);
  const benches: Outcome[] = [];
  for (const bench of selected) {
    const outcome = await measure(bench, (line) => console.error(line));
    benches.push(outcome);
    if (!values.json) print(bench, outcome);
  }
  if (values.json) console.log(JSON.stringify({ ...machine, benches } satisfies BenchReport));
  return benches.some(({ error }) => error !== undefined) ? 1 : 0;
}

/** A bench that fails does not take the others' figures with it. */
async function measure(bench: Bench, say: (line: string) => void): Promise<Outcome> {
  const begun = performance.now();
  const seconds = (): number => Math.round((performance.now() - begun) / 100) / 10;
  try {
    const result = await bench.run(say);
    return { name: bench.name, ...result, seconds: seconds() };
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { name: bench.name, rows: [], notes: [], seconds: seconds(), error: reason };
  }
}

function print(bench: Bench, { rows, notes, seconds, error }: Outcome): void {
  console.log(`\n${bench.name}: ${bench.description} (${seconds} s)`);
  if (error !== undefined) console.error(`FAILED: ${error}`);
  if (rows.length > 0) console.log(formatRows(rows));
  for (const note of notes) console.log(`· ${note}`);
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof RangeError || error instanceof TypeError ? error.message : error);
  process.exitCode = 1;
}
