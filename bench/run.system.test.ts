import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Bench } from './bench.ts';
import { formatRows } from './format-rows.ts';
import { selectBenches } from './select-benches.ts';

const RUN = fileURLToPath(new URL('./run.ts', import.meta.url));
const empty = async () => ({ rows: [], notes: [] });
const quick: Bench = { name: 'quick', description: 'a', run: empty };
const long: Bench = { name: 'long', description: 'b', onlyByName: true, run: empty };

describe('selectBenches', () => {
  it('leaves out what runs only when it is named', () => {
    expect(selectBenches([quick, long], [])).toEqual([quick]);
    expect(selectBenches([quick, long], ['long'])).toEqual([long]);
  });
});

describe('formatRows', () => {
  it('puts figures under each other, beside their reference', () => {
    const reference = { name: 'raw', value: 1234.5 };
    const table = formatRows([
      { name: 'a', value: 1000, unit: 'MB/s', reference, ratio: 0.81 },
      { name: 'much longer', value: 0.12345, unit: 's' },
    ]);
    expect(table.split('\n')).toEqual([
      '             value  unit  reference  of   ratio',
      'a             1000  MB/s       1235  raw   0.81',
      'much longer  0.123  s',
    ]);
  });

  it('has no columns for references that are not there', () => {
    expect(formatRows([{ name: 'a', value: 2, unit: 's' }])).toBe('   value  unit\na      2  s');
  });
});

describe('npm run bench', () => {
  it('names the benches there are when one is asked for that is not', async () => {
    const running = promisify(execFile)(process.execPath, [RUN, 'nonsense', '--json']);
    await expect(running).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(/"nonsense"[\s\S]*crypto/) });
  });
});
