import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeBombs, writeFlipped } from '#testing/hostile/write-hostile.ts';

const USAGE = `node samples/make-bombs.ts FOLDER [--flips 500] [--seed 1]

Writes small malicious files and slightly damaged copies of good ones, to test your own system. Do not send them to
anyone.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { flips: { type: 'string', default: '500' }, seed: { type: 'string', default: '1' } },
});
const [folder] = positionals;
if (folder === undefined) {
  console.error(USAGE);
  process.exit(2);
}
for (const { path, ends } of await writeBombs(folder)) {
  console.log(`${path}: ${(await stat(path)).size} bytes, ends ${ends?.join(' or ')}`);
}
const flipped = await writeFlipped(join(folder, 'flipped'), Number(values.seed), Number(values.flips));
console.log(`${join(folder, 'flipped')}: ${flipped.length} files`);
