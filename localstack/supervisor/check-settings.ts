import { join, resolve } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import { findLanguageData } from '#shared/adapters/tesseract/language-data.ts';
import { missingModelFiles } from '#shared/adapters/transformers/model-files.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { HASHING_MODEL_ID } from '#shared/models/models.ts';
import { configProblems } from '#shared/runtime/config.ts';
import { environmentSchema } from '#shared/runtime/settings.ts';
import { FolderError, prepareFolder } from './data-folder.ts';
import { type Environment, given, isProduction, isWildcard, listenHost, whyNoHost } from './settings.ts';

/** All that is wrong with the settings, one line each, by name. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  constructor(problems: readonly string[]) {
    super(
      `OmniRAG was not started. These settings are not valid:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    );
  }
}

/** Of what the local cloud finds or makes by itself: well formed, whatever it will be. */
const FOUND_LATER = {
  PUBLIC_URL: 'http://localhost',
  STREAM_URL: 'http://localhost',
  DATABASE_URL: 'postgres://localhost/omnirag',
  QDRANT_URL: 'http://localhost',
  JWT_SECRET: 'made-at-random-when-it-is-missing',
  APP_ENCRYPTION_KEY: '5'.repeat(64),
};

/** In production nothing stands in, neither for services nor for secrets; beside what the functions themselves require. */
const REQUIRED_IN_PRODUCTION = ['S3_ENDPOINT', 'SQS_ENDPOINT'];
const AWS_KEYS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
/** Kept in the data folder, and sent in headers, addresses or signatures when given. */
const SECRETS = [...AWS_KEYS, 'AWS_SESSION_TOKEN', 'POSTGRES_PASSWORD', 'MODEL_HOST_KEY'];

/** What is wrong with the settings by themselves: whether what they name answers is asked elsewhere. */
export async function settingsProblems(env: Environment, dataDir: string): Promise<string[]> {
  const settings = isProduction(env)
    ? { ...env, S3_PUBLIC_ENDPOINT: given(env, 'S3_PUBLIC_ENDPOINT') ?? given(env, 'S3_ENDPOINT') }
    : { ...FOUND_LATER, ...withoutEmpty(env), OMNIRAG_ENV: given(env, 'OMNIRAG_ENV') ?? 'local' };
  return [
    ...configProblems(settings),
    ...(isProduction(env) ? [...REQUIRED_IN_PRODUCTION, ...(await missingKeys(env))] : [])
      .filter((name) => given(env, name) === undefined)
      .map((name) => `${name}: is required in production, where there is no stand-in`),
    ...SECRETS.filter((name) => !/^[\x21-\x7e]*$/.test(given(env, name) ?? '')).map(
      (name) => `${name}: must be printable characters without spaces`,
    ),
    ...(await hostProblems(env)),
    ...(await languageProblems(env, dataDir)),
    ...(await modelDirProblems(env)),
    ...(isProduction(env) ? await modelProblems(env, dataDir) : []),
  ];
}

/** Those that have to be set: both or none, and none only where the SDK finds credentials elsewhere, such as in a role. */
async function missingKeys(env: Environment): Promise<string[]> {
  const missing = AWS_KEYS.filter((name) => given(env, name) === undefined);
  if (missing.length < AWS_KEYS.length) return missing;
  const client = new SQSClient({ region: 'us-east-1' });
  const found = await client.config.credentials().then(
    () => true,
    () => false,
  );
  client.destroy();
  return found ? [] : missing;
}

function withoutEmpty(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
}

async function hostProblems(env: Environment): Promise<string[]> {
  const host = listenHost(env);
  const problem = await whyNoHost(host);
  if (problem !== undefined) return [`HOST: ${problem}`];
  if (!isWildcard(host) || given(env, 'PUBLIC_URL') !== undefined) return [];
  return [
    'PUBLIC_URL: is required when HOST allows other machines; set it to the address at which they reach this one, such as ' +
      'http://192.168.1.5:3000',
  ];
}

async function languageProblems(env: Environment, dataDir: string): Promise<string[]> {
  const codes = new Set((given(env, 'OCR_LANGUAGES') ?? '').split('+').filter((code) => /^[A-Za-z_]+$/.test(code)));
  const folder = join(modelDirOf(env, dataDir), 'tessdata');
  const missing: string[] = [];
  for (const code of codes) {
    await findLanguageData(code, folder).catch((error: unknown) => {
      // A folder that may not be read holds none for us.
      if (!(error instanceof AppError) && (error as NodeJS.ErrnoException).code === undefined) throw error;
      missing.push(code);
    });
  }
  if (missing.length === 0) return [];
  const packages = missing.map((code) => `@tesseract.js-data/${code}`).join(' ');
  return [
    `OCR_LANGUAGES: no language data for ${missing.join(', ')}; run npm install ${packages} or put ` +
      `${missing.map((code) => `${code}.traineddata`).join(', ')} into ${folder}`,
  ];
}

/** Nothing is fetched in production, and nothing stands in for what is missing. */
async function modelProblems(env: Environment, dataDir: string): Promise<string[]> {
  const model = environmentSchema.shape.EMBEDDING_MODEL.safeParse(given(env, 'EMBEDDING_MODEL')).data;
  if (given(env, 'EMBEDDING_URL') !== undefined || model === undefined || model === HASHING_MODEL_ID) return [];
  const folder = modelDirOf(env, dataDir);
  const missing = await missingModelFiles(folder, model);
  if (missing.length === 0) return [];
  return [
    `EMBEDDING_URL: is required in production, unless the files of EMBEDDING_MODEL are in ${join(folder, model)} (missing: ${missing.join(', ')})`,
  ];
}

export function modelDirOf(env: Environment, dataDir: string): string {
  return resolve(given(env, 'MODEL_DIR') ?? join(dataDir, 'models'));
}

async function modelDirProblems(env: Environment): Promise<string[]> {
  const folder = given(env, 'MODEL_DIR');
  if (folder === undefined) return [];
  try {
    await prepareFolder('MODEL_DIR', folder, 'read');
    return [];
  } catch (error) {
    if (error instanceof FolderError) return [error.message];
    throw error;
  }
}
