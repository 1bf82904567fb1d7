import { randomBytes } from 'node:crypto';
import type { CloudDeclaration } from '#localstack/declarations/cloud.ts';
import { readCloudDeclaration } from '#localstack/declarations/cloud.ts';
import { startEventSources } from '#localstack/event-sources/start-event-sources.ts';
import { environmentMessage } from '#localstack/process/late-environment.ts';
import { loadSecrets, type Secrets } from '#localstack/secrets/secrets.ts';
import { describeWalls, findWalls } from '#shared/pipeline/extract/sandbox/walls.ts';
import { LOCAL_POOL_MAX } from './connection-budget.ts';
import type { PartEvent } from './events.ts';
import type { PartStarter } from './part-starter.ts';
import { choosePorts, clientAddress, type Environment, given } from './settings.ts';
import { readLiveModel, startDatabase } from './start-database.ts';
import { spawnFunctionHost, spawnFunctionUrl } from './start-functions.ts';
import { startGoogle } from './start-google.ts';
import { startModels, startQdrant } from './start-search-parts.ts';
import { credentialsOf, startQueuesAndBuckets } from './start-stores.ts';

export interface BringUpOptions {
  dataDir: string;
  serviceDir: string;
  env: Environment;
  parts: PartStarter;
  migrate(databaseUrl: string): Promise<void>;
  onEvent(event: PartEvent): void;
}

export interface BroughtUp {
  url: string;
  env: Record<string, string>;
  eventSources: { stop(): void };
}

/** Starts the parts side by side, as far as one doesn't need another, and connects them. @throws Error of the first that fails */
export async function bringUp(options: BringUpOptions): Promise<BroughtUp> {
  const { dataDir, serviceDir, env, onEvent } = options;
  const ports = await choosePorts(env);
  const [secrets, cloud] = await Promise.all([loadSecrets(dataDir, env), readCloudDeclaration(serviceDir, env)]);
  const region = given(env, 'AWS_REGION') ?? 'us-east-1';
  const publicUrl = given(env, 'PUBLIC_URL') ?? `http://localhost:${ports.http}`;
  const gateKey = randomBytes(32).toString('base64url');
  const shared = { ...options, ports, secrets, region, publicUrl, cloud, gateKey };

  onEvent({ type: 'notice', text: describeWalls(findWalls()) });
  const functionHost = await spawnFunctionHost(shared);
  const functionUrl = await spawnFunctionUrl(shared, cloud.functions);
  const database = startDatabase(shared);
  const [databaseUrl, stores, qdrant, models, google, streamUrl] = await Promise.all([
    database,
    startQueuesAndBuckets(shared),
    startQdrant(shared),
    startModels(shared, database.then(readLiveModel)),
    startGoogle(shared),
    functionUrl === undefined
      ? publicUrl
      : functionUrl
          .ready(({ port }) => clientAddress(env, publicUrl, Number(port)))
          .then(({ port }) => given(env, 'STREAM_URL') ?? clientAddress(env, publicUrl, Number(port))),
  ]);

  const settings = functionSettings(env, secrets, cloud, {
    AWS_REGION: region,
    DATABASE_URL: databaseUrl,
    ...stores,
    ...qdrant,
    ...models,
    ...google,
    PUBLIC_URL: publicUrl,
    STREAM_URL: streamUrl,
  });
  functionHost.send(environmentMessage(settings));
  functionUrl?.send(environmentMessage(settings));
  const details = await functionHost.ready(() => publicUrl);
  const eventSources = await startEventSources({
    functions: cloud.functions,
    lambda: { port: Number(details.lambdaPort), gateKey },
    sqsEndpoint: stores.SQS_ENDPOINT,
    region,
    credentials: credentialsOf(secrets),
    functionName: (key) => `${cloud.service}-local-${key}`,
    onError: (line) => onEvent({ type: 'log', part: 'event-sources', line, stream: 'err' }),
  });
  return { url: publicUrl, env: settings, eventSources };
}

/** What people gave, over it what the parts turned out to be. */
function functionSettings(
  env: Environment,
  secrets: Secrets,
  cloud: CloudDeclaration,
  found: Record<string, string>,
): Record<string, string> {
  const fromPeople = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const incoming = cloud.buckets.find((bucket) => bucket.notifications.length > 0)?.name;
  const storage = cloud.buckets.find((bucket) => bucket.notifications.length === 0)?.name;
  return {
    DATABASE_POOL_MAX: String(LOCAL_POOL_MAX),
    LOG_LEVEL: 'warn',
    ...Object.fromEntries(fromPeople),
    ...(storage === undefined ? {} : { S3_BUCKET: storage }),
    ...(incoming === undefined ? {} : { S3_INCOMING_BUCKET: incoming }),
    JWT_SECRET: secrets.JWT_SECRET,
    APP_ENCRYPTION_KEY: secrets.APP_ENCRYPTION_KEY,
    AWS_ACCESS_KEY_ID: secrets.AWS_ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY: secrets.AWS_SECRET_ACCESS_KEY,
    STORAGE_WEBHOOK_TOKEN: secrets.STORAGE_WEBHOOK_TOKEN,
    ...found,
    OMNIRAG_ENV: 'local',
  };
}
