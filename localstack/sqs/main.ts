import { requiredEnv } from '#localstack/process/child-env.ts';
import { runAsChild } from '#shared/runtime/run-as-child.ts';
import { startSqsServer } from './sqs-server.ts';

runAsChild(async () => {
  const server = await startSqsServer({
    dataDir: requiredEnv('SQS_DATA_DIR'),
    port: Number(requiredEnv('SQS_PORT')),
    region: requiredEnv('AWS_REGION'),
    credentials: {
      accessKeyId: requiredEnv('AWS_ACCESS_KEY_ID'),
      secretAccessKey: requiredEnv('AWS_SECRET_ACCESS_KEY'),
    },
  });
  return { details: { port: server.port }, stop: () => server.stop() };
});
