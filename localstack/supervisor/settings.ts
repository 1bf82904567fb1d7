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

const NO_PORTS: Ports = { http: 0, postgres: 0, s3: 0, sqs: 0, qdrant: 0, models: 0, lambda: 0, stream: 0, google: 0 };

export const PORT_SETTINGS: Array<{ part: keyof Ports; setting: string; fallback: number; replacedBy?: string }> = [
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

export function isProduction(env: Environment): boolean {
  return given(env, 'OMNIRAG_ENV') === 'production';
}

/** The address that the parts for clients listen on. */
export function listenHost(env: Environment): string {
  return given(env, 'HOST') ?? '127.0.0.1';
}

/** Whether it stands for every address of the machine. */
export function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** Why nothing can listen on it; undefined when all is well. */
export async function whyNoHost(host: string): Promise<string | undefined> {
  return assertListenable(host, 0).then(
    () => undefined,
    () => 'is not an address of this machine; use 0.0.0.0 to allow other machines, or leave it unset',
  );
}

/** The address that people reach: PUBLIC_URL, else where the HTTP API listens. */
export function publicAddress(env: Environment, httpPort: number): string {
  const host = listenHost(env);
  const name = host === '127.0.0.1' || isWildcard(host) ? 'localhost' : inAddress(host);
  return given(env, 'PUBLIC_URL') ?? `http://${name}:${httpPort}`;
}

/** The address by which clients reach a part of ours: this machine's, unless it listens for others too. */
export function clientAddress(env: Environment, publicUrl: string, port: number): string {
  if (isWildcard(listenHost(env))) return `http://${new URL(publicUrl).hostname}:${port}`;
  return innerAddress(env, port);
}

/** The address by which our own parts reach one that clients reach, too. */
export function innerAddress(env: Environment, port: number): string {
  const host = listenHost(env);
  return `http://${isWildcard(host) ? '127.0.0.1' : inAddress(host)}:${port}`;
}

function inAddress(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** CORS_ORIGINS, else the origin of our own pages, by both of the names that browsers know for this machine. */
export function allowedOrigins(env: Environment, publicUrl: string): string[] {
  const origins = (given(env, 'CORS_ORIGINS') ?? '').split(',').map((origin) => origin.trim());
  const named = origins.filter((origin) => origin !== '');
  if (named.length > 0) return named;
  const { origin } = new URL(publicUrl);
  return [origin, origin.replace('//localhost', '//127.0.0.1')].filter((one, index, all) => all.indexOf(one) === index);
}

/** What was chosen, and what stands in the way of it. */
export interface PortChoice {
  ports: Ports;
  /** One line for each port that is taken or no port, with the setting that moves it. */
  problems: string[];
  /** One sentence for each part that can't have the port it had before. */
  moved: string[];
}

/** @param before the ports that the parts had at the last start; those that no setting names stay there */
export async function choosePorts(env: Environment, before: Partial<Ports> = {}): Promise<PortChoice> {
  const choice: PortChoice = { ports: { ...NO_PORTS }, problems: [], moved: [] };
  const wanted = PORT_SETTINGS.filter(({ replacedBy }) => replacedBy === undefined || !given(env, replacedBy));
  for (const { part, setting, fallback } of wanted) {
    const port = Number(given(env, setting) ?? fallback);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) {
      choice.problems.push(`${setting}: must be a number from 0 (any free port) to 65535`);
      continue;
    }
    const other = wanted.find((one) => port > 0 && one.part !== part && choice.ports[one.part] === port);
    const problem = port === 0 ? undefined : await whyBusy(env, part, port);
    if (other) choice.problems.push(`${setting}: uses port ${port}, which ${other.setting} uses too`);
    else if (problem !== undefined)
      choice.problems.push(`${setting}: port ${port} ${problem}; set ${setting} to another port`);
    choice.ports[part] = port;
  }
  for (const { part, setting } of wanted) {
    const port = before[part];
    if (port === undefined || choice.ports[part] !== 0 || given(env, setting) !== undefined) continue;
    const isFree = !Object.values(choice.ports).includes(port) && (await whyBusy(env, part, port)) === undefined;
    if (isFree) choice.ports[part] = port;
    else
      choice.moved.push(
        `Port ${port}, which ${part} used before, is in use, so it uses another. Reload pages that are open.`,
      );
  }
  // The HTTP API's address is a setting of the functions, so it has to be known before it is taken.
  if (choice.ports.http === 0 && choice.problems.length === 0) choice.ports.http = await findFreePort(listenHost(env));
  return choice;
}

async function whyBusy(env: Environment, part: keyof Ports, port: number): Promise<string | undefined> {
  const forClients = part === 'http' || part === 's3' || part === 'stream';
  return assertListenable(forClients ? listenHost(env) : '127.0.0.1', port).then(
    () => undefined,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') return 'is in use';
      // Of HOST, which has a line of its own.
      if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') return undefined;
      if (error.code === 'EACCES') return 'is not allowed for this account';
      return `cannot be used (${error.message})`;
    },
  );
}
