import type { FunctionDeclaration } from '#localstack/declarations/functions.ts';
import type { Part, PartStarter } from './part-starter.ts';
import { allowedOrigins, type Environment, given, listenHost, type Ports } from './settings.ts';

export interface FunctionsContext {
  serviceDir: string;
  env: Environment;
  ports: Ports;
  publicUrl: string;
  /** What the Lambda API asks of its callers. */
  gateKey: string;
  parts: PartStarter;
}

/** Begins to load the function host, which takes longest; it waits for the settings of the functions. */
export function spawnFunctionHost({ serviceDir, env, ports, gateKey, parts }: FunctionsContext): Promise<Part> {
  return parts.spawn({
    name: 'functions',
    main: 'localstack/function-host/main.ts',
    pinned: { lambdaPort: 'FUNCTION_LAMBDA_PORT' },
    port: { of: 'lambda', detail: 'lambdaPort' },
    reads: 'console/page/',
    cwd: serviceDir,
    env: {
      ...env,
      SLS_LOG_LEVEL: 'error',
      SLS_NOTIFICATIONS_MODE: 'off',
      SLS_TELEMETRY_DISABLED: '1',
      // Without a bound V8 lets garbage lie: the heap of all functions together needs far less.
      NODE_OPTIONS: `${env.NODE_OPTIONS ?? ''} --max-old-space-size=512`.trim(),
      // Colours would only end up in logs.
      NO_COLOR: '1',
      FUNCTION_HOST: listenHost(env),
      FUNCTION_HTTP_PORT: String(ports.http),
      FUNCTION_LAMBDA_PORT: String(ports.lambda),
      FUNCTION_GATE_KEY: gateKey,
      // Another host may be at work in a database that was given.
      FUNCTION_OWNS_DATABASE: given(env, 'DATABASE_URL') === undefined ? '1' : '',
    },
    isNoise: isFrameworkNoise,
  });
}

/**
 * serverless-offline prints a table of routes, and says each error of a function several times with its whole stack; one
 * line of them is kept. The functions' own lines are JSON.
 */
function isFrameworkNoise(line: string): boolean {
  return !(
    line.startsWith('{"') ||
    /^× (?!\{|Unhandled|Failed to execute)/.test(line) ||
    /^× \{ \w*Error\b/.test(line)
  );
}

/** Begins to load the stand-in for the function URL; undefined when no function streams from one. */
export async function spawnFunctionUrl(
  { serviceDir, env, ports, parts, publicUrl }: FunctionsContext,
  functions: readonly FunctionDeclaration[],
): Promise<Part | undefined> {
  const [streaming, ...others] = functions.filter((declared) => declared.streamsFromUrl);
  if (others.length > 0) throw new Error('serverless.yml: the local cloud supports only one streaming function URL');
  if (streaming === undefined) return undefined;
  return parts.spawn({
    name: 'function-urls',
    main: 'localstack/function-urls/main.ts',
    pinned: { port: 'FUNCTION_URL_PORT' },
    port: { of: 'stream', detail: 'port' },
    cwd: serviceDir,
    env: {
      ...env,
      FUNCTION_URL_HOST: listenHost(env),
      FUNCTION_URL_PORT: String(ports.stream),
      FUNCTION_URL_ORIGINS: allowedOrigins(env, publicUrl).join(','),
      FUNCTION_URL_HANDLER: streaming.handler,
      FUNCTION_URL_NAME: streaming.key,
      FUNCTION_URL_TIMEOUT: String(streaming.timeoutSeconds),
    },
  });
}
