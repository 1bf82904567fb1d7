import { assertListenable, findFreePort } from '#localstack/process/ports.ts';

export type Environment = Record<string, string | undefined>;

/** The ports of the parts; 0 takes a free one. */
export interface Ports {
  http: number;
  postgres: number;
  s3: number;
  sqs: number;
  qdrant: number;
  models: number;
  lambda: number;
  stream: number;
  google: number;
}

const PORT_SETTINGS: Array<{ part: keyof Ports; setting: string; fallback: number; replacedBy?: string }> = [
  { part: 'http', setting: 'PORT', fallback: 3000 },
  { part: 'postgres', setting: 'POSTGRES_PORT', fallback: 0, replacedBy: 'DATABASE_URL' },
  { part: 's3', setting: 'S3_PORT', fallback: 0, replacedBy: 'S3_ENDPOINT' },
  { part: 'sqs', setting: 'SQS_PORT', fallback: 0, replacedBy: 'SQS_ENDPOINT' },
  { part: 'qdrant', setting: 'QDRANT_PORT', fallback: 0, replacedBy: 'QDRANT_URL' },
  { part: 'models', setting: 'MODEL_PORT', fallback: 0, replacedBy: 'EMBEDDING_URL' },
  { part: 'google', setting: 'GOOGLE_PORT', fallback: 0, replacedBy: 'GOOGLE_CLIENT_ID' },
  { part: 'lambda', setting: 'LAMBDA_PORT', fallback: 0 },
  { part: 'stream', setting: 'STREAM_PORT', fallback: 0 },
];

/** A setting, or undefined when it is not there or empty. */
export function given(env: Environment, name: string): string | undefined {
  const value = env[name];
  return value === undefined || value === '' ? undefined : value;
}

/** The address that the parts for clients listen on. */
export function listenHost(env: Environment): string {
  return given(env, 'HOST') ?? '127.0.0.1';
}

/** The address by which clients reach a part of ours: this machine's, unless it listens for others too. */
export function clientAddress(env: Environment, publicUrl: string, port: number): string {
  const host = listenHost(env) === '127.0.0.1' ? '127.0.0.1' : new URL(publicUrl).hostname;
  return `http://${host}:${port}`;
}

/** CORS_ORIGINS, else the origin of our own pages, by both of the names that browsers know for this machine. */
export function allowedOrigins(env: Environment, publicUrl: string): string[] {
  const origins = (given(env, 'CORS_ORIGINS') ?? '').split(',').map((origin) => origin.trim());
  const named = origins.filter((origin) => origin !== '');
  if (named.length > 0) return named;
  const { origin } = new URL(publicUrl);
  return [origin, origin.replace('//localhost', '//127.0.0.1')].filter((one, index, all) => all.indexOf(one) === index);
}

/** @throws Error naming every port that is taken or not a port, with the setting that moves it */
export async function choosePorts(env: Environment): Promise<Ports> {
  const problems: string[] = [];
  const ports: Ports = { http: 0, postgres: 0, s3: 0, sqs: 0, qdrant: 0, models: 0, lambda: 0, stream: 0, google: 0 };
  for (const { part, setting, fallback, replacedBy } of PORT_SETTINGS) {
    if (replacedBy !== undefined && given(env, replacedBy) !== undefined) continue;
    const port = Number(given(env, setting) ?? fallback);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) {
      problems.push(`${setting}=${env[setting]} is no port; give a number from 0 (any free one) to 65535.`);
      continue;
    }
    ports[part] = port;
    const problem = port === 0 ? undefined : await whyBusy(env, part, port);
    if (problem !== undefined) problems.push(`Port ${port} ${problem}; set ${setting} to another port.`);
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
  // The HTTP API's address is a setting of the functions, so it has to be known before it is taken.
  if (ports.http === 0) ports.http = await findFreePort(listenHost(env));
  return ports;
}

async function whyBusy(env: Environment, part: keyof Ports, port: number): Promise<string | undefined> {
  const forClients = part === 'http' || part === 's3' || part === 'stream';
  return assertListenable(forClients ? listenHost(env) : '127.0.0.1', port).then(
    () => undefined,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') return 'is in use';
      if (error.code === 'EACCES') return 'may not be used by this account';
      return `cannot be used (${error.message})`;
    },
  );
}
