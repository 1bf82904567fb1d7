import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadSecrets } from './secrets.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'omnirag-secrets-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const path = () => join(dir, 'secrets.json');

it('makes every secret at random, keeps them, and lets nobody else read them', async () => {
  const secrets = await loadSecrets(dir, {});
  expect(secrets.APP_ENCRYPTION_KEY).toMatch(/^[0-9a-f]{64}$/);
  for (const [name, value] of Object.entries(secrets)) expect(value.length, name).toBeGreaterThanOrEqual(16);
  expect(new Set(Object.values(secrets)).size).toBe(Object.keys(secrets).length);
  expect((await stat(path())).mode & 0o777).toBe(0o600);
  await chmod(path(), 0o644);
  expect(await loadSecrets(dir, {})).toEqual(secrets);
  expect((await stat(path())).mode & 0o777).toBe(0o600);
  const other = await mkdtemp(join(tmpdir(), 'omnirag-secrets-'));
  expect((await loadSecrets(other, {})).JWT_SECRET).not.toBe(secrets.JWT_SECRET);
  await rm(other, { recursive: true });
});

it('prefers what the environment gives, and writes none of it down', async () => {
  const given = 'given-by-the-environment';
  const secrets = await loadSecrets(dir, { JWT_SECRET: given, APP_ENCRYPTION_KEY: '' });
  expect(secrets.JWT_SECRET).toBe(given);
  expect(secrets.APP_ENCRYPTION_KEY).toMatch(/^[0-9a-f]{64}$/);
  expect(await readFile(path(), 'utf8')).not.toContain(given);
  expect((await loadSecrets(dir, {})).JWT_SECRET).not.toBe(given);
});

it('adds a secret that a newer version needs and keeps the others', async () => {
  await writeFile(path(), JSON.stringify({ JWT_SECRET: 'kept', FROM_THE_FUTURE: 'x' }));
  const secrets = await loadSecrets(dir, {});
  expect(secrets.JWT_SECRET).toBe('kept');
  expect(JSON.parse(await readFile(path(), 'utf8'))).toMatchObject({ ...secrets, FROM_THE_FUTURE: 'x' });
});

it('makes no new keys over a damaged file', async () => {
  for (const damaged of ['', '{"JWT_SECRET": "cut o', '[]x', 'null']) {
    await writeFile(path(), damaged);
    await expect(loadSecrets(dir, {})).rejects.toThrow(/damaged/);
    expect(await readFile(path(), 'utf8')).toBe(damaged);
  }
});
