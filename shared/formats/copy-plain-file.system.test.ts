import { execFileSync } from 'node:child_process';
import { link, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { copyPlainFile } from './copy-plain-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'omnirag-copy-'));
  await writeFile(join(folder, 'secret'), 'the secret');
});
afterAll(() => rm(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);

it.each([
  ['a link', () => symlink(at('secret'), at('a link'))],
  ['another name of a file', () => link(at('secret'), at('another name of a file'))],
  ['a pipe that nobody fills', async () => execFileSync('mkfifo', [at('a pipe that nobody fills')])],
  ['nothing', async () => undefined],
  ['fewer bytes', () => writeFile(at('fewer bytes'), 'few')],
  ['more bytes', () => writeFile(at('more bytes'), 'more than ten bytes')],
])('refuses %s in place of the file that was announced', async (name, make) => {
  await make();
  const size = 'the secret'.length;
  await expect(copyPlainFile(at(name), at(`copy of ${name}`), size)).rejects.toMatchObject({ code: 'DAMAGED_FILE' });
});

it.each(['', 'some bytes'])('copies a file of the bytes "%s"', async (bytes) => {
  const name = `file ${bytes}`;
  await writeFile(at(name), bytes);
  await copyPlainFile(at(name), at(`copy of ${name}`), bytes.length);
  expect(await readFile(at(`copy of ${name}`), 'utf8')).toBe(bytes);
});
