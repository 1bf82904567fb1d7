import diagnostics from 'node:diagnostics_channel';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { gateServers } from '#localstack/http/gate.ts';
import { requiredEnv, takeEnv } from '#localstack/process/child-env.ts';
import { lateEnvironment } from '#localstack/process/late-environment.ts';
import { RECORD_SETTING } from '#localstack/process/record-calls.ts';
import { runAsChild } from '#shared/runtime/run-as-child.ts';
import { answerAsTheFunctionsSay } from './framework-answers.ts';
import { recordFunctions } from './record-functions.ts';

/**
 * The functions under serverless-offline, all in this process: their modules are loaded once, where a worker thread for
 * each concurrent call would load them again and again.
 *
 * Loading the framework takes longest of all parts, so it begins at once; the settings of the functions, which name
 * the ports of the other parts, come later as a message, before the part counts as ready.
 */
runAsChild(async () => {
  const httpPort = Number(requiredEnv('FUNCTION_HTTP_PORT'));
  // Its Lambda API runs any function on any event, for whoever asks: as nobody, as anybody, from any address.
  gateServers({ key: takeEnv('FUNCTION_GATE_KEY'), openPorts: [httpPort] });
  const settings = lateEnvironment();
  const ports = listeningPorts(httpPort);
  answerAsTheFunctionsSay(httpPort);
  const record = process.env[RECORD_SETTING];
  if (record) await recordFunctions(record);
  const ownsDatabase = process.env.FUNCTION_OWNS_DATABASE === '1';
  startServerlessOffline(httpPort);
  const [{ lambdaPort }] = await Promise.all([ports, settings]);
  return {
    details: { port: httpPort, lambdaPort },
    // Calls that are under way end with the process; their messages come back.
    stop: ownsDatabase ? forgiveWhatIsUnderWay : async () => undefined,
  };
});

/** Being asked to stop is no file's fault. Loaded late, so that it costs a start nothing. */
async function forgiveWhatIsUnderWay(): Promise<void> {
  const { DATABASE_URL } = process.env;
  if (!DATABASE_URL) return;
  const { forgiveInterrupted } = await import('#shared/db/forgive-interrupted.ts');
  await forgiveInterrupted(DATABASE_URL);
}

function startServerlessOffline(httpPort: number): void {
  const require = createRequire(import.meta.url);
  const cli = require.resolve('serverless/bin/serverless.js');
  process.argv.splice(1, process.argv.length, cli, 'offline', 'start');
  const host = requiredEnv('FUNCTION_HOST');
  process.argv.push('--stage', 'local', '--host', host, '--httpPort', String(httpPort));
  process.argv.push('--lambdaPort', requiredEnv('FUNCTION_LAMBDA_PORT'));
  // Cookies of other applications on the same host are none of our business, whatever they hold.
  process.argv.push(
    '--useInProcess',
    '--noPrependStageInUrl',
    '--noSponsor',
    '--disableCookieValidation',
    '--terminateIdleLambdaTime',
    '86400',
  );
  require(cli);
}

/** Waits for the two servers: the HTTP API on the port it was told, and the Lambda API on any other. */
function listeningPorts(httpPort: number): Promise<{ lambdaPort: number }> {
  return new Promise((resolve) => {
    let lambdaPort: number | undefined;
    let httpListens = false;
    diagnostics.tracingChannel('net.server.listen').asyncEnd.subscribe((message) => {
      const address = (message as { server: Server }).server.address();
      if (address === null || typeof address === 'string') return;
      if (address.port === httpPort) httpListens = true;
      else lambdaPort ??= address.port;
      if (httpListens && lambdaPort !== undefined) resolve({ lambdaPort });
    });
  });
}
