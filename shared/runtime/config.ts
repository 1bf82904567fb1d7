import type { z } from 'zod';
import { parseTokenKeys, TokenKeysError } from '#shared/auth/token-keys.ts';
import { KeyringError, parseKeyring } from '#shared/crypto/keyring.ts';
import { productionProblems } from './production-settings.ts';
import { MODEL_SETTINGS } from './settings/models.ts';
import { environmentSchema } from './settings.ts';

/** Of a model whose files are read: it leads to a folder in MODEL_DIR and never out of it. */
const MODEL_IN_FOLDER = /^[\w-][\w.:@-]*(\/[\w-][\w.:@-]*)*$/;

/** Two requests of one batch run under a lease, and it must outlast the second when that is given up. */
const LEASE_PER_TIMEOUT = 3;

const consistentSchema = environmentSchema
  .refine((settings) => !settings.GOOGLE_CLIENT_ID || settings.GOOGLE_CLIENT_SECRET, {
    path: ['GOOGLE_CLIENT_SECRET'],
    error: 'is required with GOOGLE_CLIENT_ID',
  })
  .refine((settings) => !settings.SMTP_URL || settings.MAIL_FROM, {
    path: ['MAIL_FROM'],
    error: 'is required with SMTP_URL',
  })
  .refine((settings) => settings.OUTBOX_LEASE_SECONDS * 1_000 >= LEASE_PER_TIMEOUT * settings.QDRANT_TIMEOUT_MS, {
    path: ['OUTBOX_LEASE_SECONDS'],
    error: `must be at least ${LEASE_PER_TIMEOUT} times QDRANT_TIMEOUT_MS`,
  });

export type Config = z.output<typeof environmentSchema>;

/** Names every setting that is wrong, never its value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`These settings are not valid:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/** The only reader of the process environment. @throws ConfigError that lists all that is wrong at once */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  // A setting that is present but empty (`REDIS_URL=`) counts as not given.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = consistentSchema.safeParse(given);
  const problems = [
    ...(result.error?.issues ?? []).map((issue) => {
      const name = issue.path.join('.');
      return `${name}: ${given[name] === undefined && issue.code !== 'custom' ? 'is required' : issue.message}`;
    }),
    ...modelProblems(given),
    ...keyProblems(() => parseKeyring(given)),
    ...keyProblems(() => parseTokenKeys(given)),
    ...((given.OMNIRAG_ENV ?? 'production') === 'production' ? productionProblems(given) : []),
  ];
  if (result.success && problems.length === 0) return result.data;
  throw new ConfigError(firstOfEach(problems));
}

/** `LOG_LEVEL` alone, its default where it is wrong: what is wrong with the settings has to be told, too. */
export function readLogLevel(environment: NodeJS.ProcessEnv = process.env): Config['LOG_LEVEL'] {
  const { LOG_LEVEL } = environmentSchema.shape;
  return LOG_LEVEL.safeParse(environment.LOG_LEVEL || undefined).data ?? LOG_LEVEL.parse(undefined);
}

/** All that is wrong with settings, one line each that begins with the setting's name; empty when nothing is. */
export function configProblems(environment: NodeJS.ProcessEnv): readonly string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

/** What is no address has no path either, and whoever reads it wants to hear the first. */
function firstOfEach(problems: readonly string[]): readonly string[] {
  const names = problems.map((problem) => problem.split(':', 1)[0]);
  return problems.filter((_, at) => names.indexOf(names[at]) === at);
}

/** A name that is sent to a server may be any; without one it is that of a folder. */
function modelProblems(given: NodeJS.ProcessEnv): string[] {
  return Object.values(MODEL_SETTINGS)
    .filter(({ model, url }) => !given[url] && !MODEL_IN_FOLDER.test(given[model] ?? 'none'))
    .map(
      ({ model, url }) =>
        `${model}: must be a name such as Xenova/bge-small-en-v1.5 (a folder in MODEL_DIR), unless ${url} is set`,
    );
}

/** One of two settings is needed, which a schema of single settings cannot say. */
function keyProblems(parse: () => unknown): string[] {
  try {
    parse();
    return [];
  } catch (error) {
    if (error instanceof KeyringError || error instanceof TokenKeysError) return [error.message];
    throw error;
  }
}
