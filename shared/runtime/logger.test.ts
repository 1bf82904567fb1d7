import { afterEach, beforeEach, expect, it, vi } from 'vitest';

beforeEach(() => vi.resetModules());
afterEach(() => vi.unstubAllEnvs());

/** A process has one, which knows no container. */
async function levelWith(setting: string): Promise<string> {
  vi.stubEnv('LOG_LEVEL', setting);
  const { processLogger } = await import('./logger.ts');
  return processLogger().level;
}

it.each(['silent', 'error', 'trace'])('obeys LOG_LEVEL=%s without a container', async (setting) => {
  expect(await levelWith(setting)).toBe(setting);
});

it.each(['', 'louder'])(
  'writes at the default where LOG_LEVEL is %j, for that has to be told, too',
  async (setting) => {
    expect(await levelWith(setting)).toBe('info');
  },
);
