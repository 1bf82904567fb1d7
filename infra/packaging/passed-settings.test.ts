import { expect, it } from 'vitest';
import { passedSettings } from './passed-settings.ts';

const reference = (name: string): string => `{{resolve:secretsmanager:omnirag/production:SecretString:${name}}}`;
const DECLARED = {
  LOG_LEVEL: '',
  QUOTA_MAX_FILES: '100',
  S3_BUCKET: { Ref: 'StorageBucket' },
  DATABASE_URL: reference('DATABASE_URL'),
  JWT_SECRET: reference('JWT_SECRET'),
  JWT_SECRETS: reference('JWT_SECRETS'),
  APP_ENCRYPTION_KEY: reference('APP_ENCRYPTION_KEY'),
  APP_ENCRYPTION_KEYS: reference('APP_ENCRYPTION_KEYS'),
  REDIS_URL: reference('REDIS_URL'),
};

it('passes on what is set, and the secrets that are kept', () => {
  expect(passedSettings(DECLARED, 'DATABASE_URL,JWT_SECRETS, APP_ENCRYPTION_KEY')).toEqual({
    QUOTA_MAX_FILES: '100',
    S3_BUCKET: { Ref: 'StorageBucket' },
    DATABASE_URL: reference('DATABASE_URL'),
    JWT_SECRETS: reference('JWT_SECRETS'),
    APP_ENCRYPTION_KEY: reference('APP_ENCRYPTION_KEY'),
  });
});

it('refuses a secret that there is not, and a list without one that is needed', () => {
  expect(() => passedSettings(DECLARED, 'DATABASE_URL,JWT_SECRET,APP_ENCRYPTION_KEY,LOG_LEVEL,REDIS')).toThrow(
    'OMNIRAG_SECRETS: not secret settings: LOG_LEVEL, REDIS.',
  );
  expect(() => passedSettings(DECLARED, 'REDIS_URL,DATABASE_URL')).toThrow(
    'OMNIRAG_SECRETS: must list everything the secret contains; JWT_SECRET or JWT_SECRETS, APP_ENCRYPTION_KEY or APP_ENCRYPTION_KEYS is missing.',
  );
});
