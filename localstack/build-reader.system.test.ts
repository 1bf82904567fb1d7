import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readerBundle, readerProgram } from '#shared/formats/sandbox/reader-program.ts';
import { buildReader } from './build-reader.ts';

it('puts together what reading processes run, once for the same sources', async () => {
  await buildReader();
  const program = join(readerBundle(), 'child.mjs');
  expect(existsSync(program)).toBe(true);
  expect(readerProgram()).toBe(program);
  const { mtimeMs } = await stat(program);
  await buildReader();
  expect((await stat(program)).mtimeMs).toBe(mtimeMs);
});
