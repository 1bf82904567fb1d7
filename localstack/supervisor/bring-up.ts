import { randomBytes } from 'node:crypto';
import { buildReader } from '#localstack/build-reader.ts';
import type { CloudDeclaration } from '#localstack/declarations/cloud.ts';
import { readCloudDeclaration } from '#localstack/declarations/cloud.ts';
import { startEventSources } from '#localstack/event-sources/start-event-sources.ts';
import { environmentMessage } from '#localstack/process/late-environment.ts';
import { givenSecrets, loadSecrets, type Secrets } from '#localstack/secrets/secrets.ts';
import { describeWalls, findWalls } from '#shared/formats/sandbox/walls.ts';
import { configProblems } from '#shared/runtime/config.ts';
import { serviceProblems } from './check-services.ts';
import { SettingsError, settingsProblems } from './check-settings.ts';
import { LOCAL_POOL_MAX } from './connection-budget.ts';
import type { PartEvent } from './events.ts';
import { notePorts, readPorts } from './kept-ports.ts';
import type { PartStarter } from './part-starter.ts';
import {
  choosePorts,
  clientAddress,
  type Environment,
  given,
  isProduction,
  type Ports,
  publicAddress,
} from './settings.ts';
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
  migrate(databaseUrl: string, isOwn: boolean): Promise<void>;
  onEvent(event: PartEvent): void;
}

export interface BroughtUp {
  url: string;
  env: Record<string, string>;
  eventSources: { stop(): void };
}

const FUNCTIONS_SECRETS = [
  'JWT_SECRET',
  'APP_ENCRYPTION_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'STORAGE_WEBHOOK_TOKEN',
] as const;

/** Starts the parts side by side, as far as one doesn't need another, and connects them. @throws SettingsError; Error of the first that fails */
export async function bringUp(options: BringUpOptions): Promise<BroughtUp> {
  const { dataDir, serviceDir, env, onEvent } = options;
  const region = given(env, 'AWS_REGION') ?? 'us-east-1';
  const secrets = isProduction(env) ? ofThisRun(givenSecrets(env)) : await loadSecrets(dataDir, env);
  const ports = await checkedPorts(options, secrets, region);
  const cloud = await readCloudDeclaration(serviceDir, env);
  const publicUrl = publicAddress(env, ports.http);
  const gateKey = randomBytes(32).toString('base64url');
  const shared = { ...options, ports, secrets, region, publicUrl, cloud, gateKey };

  onEvent({ type: 'notice', text: describeWalls(findWalls()) });
  await buildReader().catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    onEvent({
      type: 'notice',
      text: `Reading small files takes twice as long: the reader could not be put together (${reason}).`,
    });
  });
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
  const unfit = configProblems(settings);
  if (unfit.length > 0) throw new SettingsError(unfit);
  functionHost.send(environmentMessage(settings));
  functionUrl?.send(environmentMessage(settings));
  const details = await functionHost.ready(() => publicUrl);
  await notePorts(dataDir, { ...options.parts.ports() });
  const eventSources = await startEventSources({
    functions: cloud.functions,
    lambda: { port: Number(details.lambdaPort), gateKey },
    sqsEndpoint: stores.SQS_ENDPOINT,
    region,
    ...credentialsOf(secrets, env),
    functionName: (key) => `${cloud.service}-local-${key}`,
    onError: (line) => onEvent({ type: 'log', part: 'event-sources', line, stream: 'err' }),
  });
  return { url: publicUrl, env: settings, eventSources };
}

/** Nobody outside of a run needs the key of its model host, so that production is not asked for one. */
function ofThisRun(secrets: Secrets): Secrets {
  return { ...secrets, MODEL_HOST_KEY: secrets.MODEL_HOST_KEY || randomBytes(32).toString('base64url') };
}

/**
 * The ports that the parts get, when nothing at all is wrong with the settings and every service that they name answers.
 * @throws SettingsError
 */
async function checkedPorts(
  { dataDir, env, onEvent }: BringUpOptions,
  secrets: Secrets,
  region: string,
): Promise<Ports> {
  const wrong = await settingsProblems(env, dataDir);
  const names = wrong.map((problem) => problem.split(':', 1)[0] ?? '');
  const choice = await choosePorts(env, await readPorts(dataDir));
  const unreached = await serviceProblems({ env, ...credentialsOf(secrets, env), region }, names);
  const problems = [...wrong, ...choice.problems, ...unreached];
  if (problems.length > 0) throw new SettingsError(problems);
  for (const text of choice.moved) onEvent({ type: 'notice', text });
  return choice.ports;
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
    ...Object.fromEntries(FUNCTIONS_SECRETS.flatMap((name) => (secrets[name] === '' ? [] : [[name, secrets[name]]]))),
    ...found,
    OMNIRAG_ENV: given(env, 'OMNIRAG_ENV') ?? 'local',
  };
}
