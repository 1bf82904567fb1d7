import { randomBytes } from 'node:crypto';
import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomic } from '#localstack/process/write-atomic.ts';

/** The settings that are secret, under the names of the environment variables that overrule them. */
export interface Secrets {
  JWT_SECRET: string;
  APP_ENCRYPTION_KEY: string;
  AWS_ACCESS_KEY_ID: string;
  AWS_SECRET_ACCESS_KEY: string;
  STORAGE_WEBHOOK_TOKEN: string;
  POSTGRES_PASSWORD: string;
  QDRANT_API_KEY: string;
  /** What the model host asks of its callers. */
  MODEL_HOST_KEY: string;
  /** Of the client of the stand-in for Google; also opens the requests by which its Drives are edited. */
  GOOGLE_CLIENT_SECRET: string;
}

const GENERATORS: { [Name in keyof Secrets]: () => string } = {
  JWT_SECRET: () => randomBytes(48).toString('base64url'),
  APP_ENCRYPTION_KEY: () => randomBytes(32).toString('hex'),
  AWS_ACCESS_KEY_ID: () => `OMNI${randomBytes(8).toString('hex').toUpperCase()}`,
  AWS_SECRET_ACCESS_KEY: () => randomBytes(30).toString('hex'),
  STORAGE_WEBHOOK_TOKEN: () => randomBytes(32).toString('base64url'),
  POSTGRES_PASSWORD: () => randomBytes(24).toString('hex'),
  GOOGLE_CLIENT_SECRET: () => randomBytes(24).toString('base64url'),
  MODEL_HOST_KEY: () => randomBytes(32).toString('base64url'),
  QDRANT_API_KEY: () => randomBytes(32).toString('base64url'),
};

/**
 * The secrets of a data folder: made once, at random, kept in `secrets.json` that only its owner can read. A value given
 * in the environment is used instead and is not written down.
 *
 * @throws Error when the file is there but cannot be read as it was written: new keys would make the stored data unreadable
 */
export async function loadSecrets(dataDir: string, env: Record<string, string | undefined>): Promise<Secrets> {
  const path = join(dataDir, 'secrets.json');
  const kept = await readKept(path);
  const names = Object.keys(GENERATORS) as Array<keyof Secrets>;
  const complete = Object.fromEntries(
    names.map((name) => [name, kept[name] ?? GENERATORS[name]()]),
  ) as unknown as Secrets;
  if (names.some((name) => kept[name] === undefined)) {
    await writeAtomic(path, `${JSON.stringify({ ...kept, ...complete }, null, 2)}\n`, 0o600);
  } else {
    await chmod(path, 0o600);
  }
  const given = Object.fromEntries(
    names.flatMap((name) => {
      const value = env[name];
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
  return { ...complete, ...given };
}

/** Those that the environment gives, for where none is made: empty is what it leaves out. */
export function givenSecrets(env: Record<string, string | undefined>): Secrets {
  const names = Object.keys(GENERATORS) as Array<keyof Secrets>;
  return Object.fromEntries(names.map((name) => [name, env[name] ?? ''])) as unknown as Secrets;
}

async function readKept(path: string): Promise<Partial<Record<keyof Secrets, string>>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) return parsed as Partial<Record<keyof Secrets, string>>;
    throw new Error('it does not contain a JSON object');
  } catch (cause) {
    throw new Error(`${path} is damaged. Restore it from a backup: its keys are needed to read the stored files`, {
      cause,
    });
  }
}
