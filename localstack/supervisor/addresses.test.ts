import { readdir } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { tempFolders } from '#testing/temp-folders.ts';
import { noteAddresses, runningSettings } from './addresses.ts';

const freshFolder = tempFolders();
const HOST = 'http://127.0.0.1:4000';
const OF_THE_HOST = { MODEL_HOST_URL: HOST, EMBEDDING_URL: HOST, QDRANT_URL: 'http://127.0.0.1:6333' };

it('beside a production system takes the secrets that are given, and makes none', async () => {
  const dataDir = await freshFolder();
  await noteAddresses(dataDir, { ...OF_THE_HOST, OMNIRAG_ENV: 'production' });
  const settings = await runningSettings(dataDir, { JWT_SECRET: 'given', APP_ENCRYPTION_KEY: '' });
  expect(settings).toEqual({
    ...{ MODEL_HOST_URL: HOST, QDRANT_URL: OF_THE_HOST.QDRANT_URL, OMNIRAG_ENV: 'production' },
    JWT_SECRET: 'given',
  });
  expect(await readdir(dataDir)).toEqual(['addresses.json']);
  expect(await runningSettings(dataDir, { MODEL_HOST_KEY: 'key' })).toMatchObject({
    EMBEDDING_URL: HOST,
    EMBEDDING_API_KEY: 'key',
  });
});

it('of a shell that is set for production makes none either', async () => {
  const dataDir = await freshFolder();
  await noteAddresses(dataDir, { ...OF_THE_HOST, OMNIRAG_ENV: 'local' });
  expect(await runningSettings(dataDir, { OMNIRAG_ENV: 'production' })).not.toHaveProperty('APP_ENCRYPTION_KEY');
  expect(await readdir(dataDir)).toEqual(['addresses.json']);
});

it('beside a local system takes those of its data folder', async () => {
  const dataDir = await freshFolder();
  await noteAddresses(dataDir, { ...OF_THE_HOST, OMNIRAG_ENV: 'local' });
  const settings = await runningSettings(dataDir, {});
  expect(settings).toMatchObject({ ...OF_THE_HOST, EMBEDDING_API_KEY: settings?.MODEL_HOST_KEY });
  expect(settings?.APP_ENCRYPTION_KEY).toMatch(/^[0-9a-f]{64}$/);
});
