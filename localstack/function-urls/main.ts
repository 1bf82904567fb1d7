import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { requiredEnv } from '#localstack/process/child-env.ts';
import { lateEnvironment } from '#localstack/process/late-environment.ts';
import { RECORD_SETTING, recordCalls } from '#localstack/process/record-calls.ts';
import { runAsChild } from '#shared/runtime/run-as-child.ts';
import { awslambda, isStreamingHandler, type StreamingHandler } from './awslambda.ts';
import { startFunctionUrl } from './function-url-server.ts';

runAsChild(async () => {
  Object.assign(globalThis, { awslambda });
  const record = process.env[RECORD_SETTING];
  if (record) recordCalls(record, requiredEnv('FUNCTION_URL_NAME'));
  const settings = lateEnvironment();
  const handlerPath = requiredEnv('FUNCTION_URL_HANDLER');
  // Loaded beforehand, so that the first download doesn't wait; what is wrong with it shows at a call.
  const loaded = loadHandler(handlerPath);
  loaded.then(undefined, () => undefined);
  const server = await startFunctionUrl({
    host: requiredEnv('FUNCTION_URL_HOST'),
    port: Number(requiredEnv('FUNCTION_URL_PORT')),
    functionName: requiredEnv('FUNCTION_URL_NAME'),
    timeoutSeconds: Number(requiredEnv('FUNCTION_URL_TIMEOUT')),
    allowedOrigins: requiredEnv('FUNCTION_URL_ORIGINS').split(','),
    loadHandler: async () => {
      await settings;
      return loaded;
    },
    onError: (error) => console.error(error instanceof Error ? error.message : String(error)),
  });
  return { details: { port: server.port }, stop: () => server.stop() };
});

/** @param handler e.g. `functions/files/stream.handler`, from the working directory */
async function loadHandler(handler: string): Promise<StreamingHandler> {
  const dot = handler.lastIndexOf('.');
  const file = resolve(`${handler.slice(0, dot)}.ts`);
  const name = handler.slice(dot + 1);
  const module = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  const found = module[name];
  if (!isStreamingHandler(found)) throw new Error(`${handler} is not wrapped in awslambda.streamifyResponse`);
  return found;
}
