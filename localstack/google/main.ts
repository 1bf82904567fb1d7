import { requiredEnv } from '#localstack/process/child-env.ts';
import { runAsChild } from '#shared/runtime/run-as-child.ts';
import { startGoogle } from './google-server.ts';

runAsChild(async () => {
  const server = await startGoogle({
    dataDir: requiredEnv('GOOGLE_DATA_DIR'),
    port: Number(requiredEnv('GOOGLE_PORT')),
    client: {
      id: requiredEnv('GOOGLE_CLIENT_ID'),
      secret: requiredEnv('GOOGLE_CLIENT_SECRET'),
      redirectUris: requiredEnv('GOOGLE_REDIRECT_URIS').split(','),
    },
    onError: (what, error) => console.error(`${what}: ${error instanceof Error ? error.message : String(error)}`),
  });
  return { details: { port: server.port }, stop: () => server.stop() };
});
