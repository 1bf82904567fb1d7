import { runAsChild } from '#shared/runtime/run-as-child.ts';
import { startQdrant } from './server.ts';

/** Runs as a child of the local cloud: QDRANT_DATA_DIR, QDRANT_PORT (0 or unset: a free one), QDRANT_API_KEY. */
runAsChild(async () => {
  const { QDRANT_DATA_DIR: dataDir, QDRANT_PORT: port = '0', QDRANT_API_KEY: apiKey } = process.env;
  if (dataDir === undefined || dataDir === '') throw new Error('QDRANT_DATA_DIR is not set.');
  if (!/^\d{1,5}$/.test(port)) throw new Error(`QDRANT_PORT is not a port: ${port}`);
  const running = await startQdrant({ dataDir, port: Number(port), apiKey });
  return { details: { port: running.port }, stop: running.stop };
});
