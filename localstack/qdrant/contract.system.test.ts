import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeQdrantContract } from '#testing/qdrant-contract.ts';
import type { QdrantUnderTest } from '#testing/qdrant-contract-context.ts';
import { startQdrant } from './server.ts';

const { QDRANT_TEST_URL: url, QDRANT_TEST_API_KEY: apiKey } = process.env;

async function startLocal(): Promise<QdrantUnderTest> {
  const dataDir = await mkdtemp(join(tmpdir(), 'qdrant-contract-'));
  const key = 'a key for this test';
  const running = await startQdrant({ dataDir, port: 0, apiKey: key });
  return {
    url: running.url,
    apiKey: key,
    stop: async () => {
      await running.stop();
      await rm(dataDir, { recursive: true });
    },
  };
}

if (url === undefined) describeQdrantContract('the local stand-in', startLocal);
else describeQdrantContract(url, async () => ({ url, apiKey, stop: async () => undefined }));
