import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ERROR_CODES } from '#shared/errors/codes.ts';
import { endOf, runStorm } from '#testing/hostile/storm.ts';
import { writeBombs, writeFlipped } from '#testing/hostile/write-hostile.ts';
import { newPerson } from '#testing/person.ts';

/**
 * Damaged files among the bombs; one of each format when not set. `npm run bench -- hostile` has 500, every bomb, and
 * measures memory and time.
 */
const { OMNIRAG_FLIPS } = process.env;
/** On a quiet machine it takes half a minute. */
const LIMIT_MS = 400_000 + Number(OMNIRAG_FLIPS ?? 0) * 5_000;

const folder = await mkdtemp(join(tmpdir(), 'omnirag-hostile-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

it('bombs and damaged files end with a code, and healthy files among them are read', {
  timeout: LIMIT_MS,
}, async () => {
  const bombs = await writeBombs(join(folder, 'bombs'), ({ cheap }) => cheap);
  const flipped = await writeFlipped(join(folder, 'flipped'), 7, OMNIRAG_FLIPS ? Number(OMNIRAG_FLIPS) : undefined);
  const report = await runStorm({
    attacker: await newPerson(),
    bystander: await newPerson(),
    hostile: [...bombs, ...flipped],
    inFlight: 8,
    usualRounds: 1,
    folder: join(folder, 'healthy'),
    signal: AbortSignal.timeout(LIMIT_MS - 10_000),
    say: () => undefined,
  });
  expect(report.hostile).toHaveLength(bombs.length + flipped.length);
  for (const file of report.hostile) {
    const end = endOf(file);
    // Where other work starves the readers, whatever they read runs out of time.
    if (file.ends) expect([...file.ends, 'PARSE_TIMEOUT'], file.filename).toContain(end);
    else if (end !== 'READY') expect(ERROR_CODES, file.filename).toHaveProperty(end);
    // Told for what could not be understood: a document is to blame for each of these.
    expect(end, file.filename).not.toBe('PROCESSING_FAILED');
    expect(end, file.filename).not.toBe('INTERNAL_ERROR');
  }
  expect(report.lost).toEqual([]);
  expect(report.among.attacker.length).toBeGreaterThan(0);
  expect(report.among.bystander.length).toBeGreaterThan(0);
});
