import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomic } from '#localstack/process/write-atomic.ts';
import { givenSecrets, loadSecrets } from '#localstack/secrets/secrets.ts';
import { isProduction } from './settings.ts';

/** The settings by which a tool beside the functions reaches what they reach, and finds there; none of them is secret. */
const KEPT = [
  'AWS_REGION',
  'S3_ENDPOINT',
  'S3_BUCKET',
  'S3_INCOMING_BUCKET',
  'SQS_ENDPOINT',
  'QDRANT_URL',
  'QDRANT_COLLECTION',
  'QDRANT_TENANCY',
  'MODEL_HOST_URL',
  'EMBEDDING_URL',
  'EMBEDDING_MODEL',
  'SPARSE_URL',
  'SPARSE_MODEL',
  'MODEL_DIR',
  'PUBLIC_URL',
  'STREAM_URL',
  'OMNIRAG_ENV',
] as const;

/** What the model host may serve. */
const MODEL_KINDS = ['EMBEDDING', 'SPARSE'];

/** Notes in the data folder, while a system runs on it, where its parts are: most take a new port each time. */
export async function noteAddresses(dataDir: string, settings: Record<string, string>): Promise<void> {
  const addresses = Object.fromEntries(KEPT.flatMap((name) => (settings[name] ? [[name, settings[name]]] : [])));
  await writeAtomic(pathOf(dataDir), JSON.stringify(addresses), 0o600);
}

export async function forgetAddresses(dataDir: string): Promise<void> {
  await rm(pathOf(dataDir), { force: true });
}

/** Of the system that runs on the folder, or of one that was killed there; undefined when there is none. */
export async function readAddresses(dataDir: string): Promise<Record<string, string> | undefined> {
  const text = await readFile(pathOf(dataDir), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : (JSON.parse(text) as Record<string, string>);
}

/**
 * The settings, secrets included, of the system that runs on the folder; undefined when there is none. In production all
 * secrets are those of `env`, and none is made: what is missing there stays missing.
 * @param env whose secrets count before those of the folder
 */
export async function runningSettings(
  dataDir: string,
  env: Record<string, string | undefined>,
): Promise<Record<string, string> | undefined> {
  const addresses = await readAddresses(dataDir);
  if (addresses === undefined) return undefined;
  const secrets = isProduction(addresses) || isProduction(env) ? givenSecrets(env) : await loadSecrets(dataDir, env);
  const served = MODEL_KINDS.filter(
    (kind) => addresses.MODEL_HOST_URL && addresses[`${kind}_URL`] === addresses.MODEL_HOST_URL,
  );
  // Without its key the host is of no use; its models lie in MODEL_DIR for whoever does not name it.
  const ofHost = served.map((kind) =>
    secrets.MODEL_HOST_KEY === '' ? [`${kind}_URL`, ''] : [`${kind}_API_KEY`, secrets.MODEL_HOST_KEY],
  );
  const settings: Record<string, string> = { ...addresses, ...secrets, ...Object.fromEntries(ofHost) };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== ''));
}

function pathOf(dataDir: string): string {
  return join(dataDir, 'addresses.json');
}
