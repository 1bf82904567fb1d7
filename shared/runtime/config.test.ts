import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

const COMPLETE = {
  PUBLIC_URL: 'http://localhost:3000',
  STREAM_URL: 'http://localhost:3001',
  DATABASE_URL: 'postgres://omnirag@localhost/omnirag',
  QDRANT_URL: 'http://localhost:6333',
  JWT_SECRET: 'j'.repeat(32),
  APP_ENCRYPTION_KEY: 'a1'.repeat(32),
};

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('readConfig', () => {
  it('is production with the documented defaults unless told otherwise', () => {
    const config = readConfig(COMPLETE);
    expect(config).toMatchObject({
      OMNIRAG_ENV: 'production',
      S3_BUCKET: 'omnirag-storage',
      S3_INCOMING_BUCKET: 'omnirag-incoming',
      QDRANT_COLLECTION: 'ragbase_hybrid',
      QDRANT_TENANCY: 'collection-per-user',
      EMBEDDING_MODEL: 'Xenova/bge-small-en-v1.5',
      VECTOR_DB_PROVIDER: 'qdrant',
    });
  });

  it('reports all that is wrong at once, by name and without any value', () => {
    const problems = problemsOf({
      ...COMPLETE,
      DATABASE_URL: 'mysql://secret-password@host/db',
      JWT_SECRET: 'tooshort-secret',
      REFRESH_REUSE_GRACE_SECONDS: '11',
      QDRANT_URL: '',
    });
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'DATABASE_URL',
      'QDRANT_URL',
      'JWT_SECRET',
      'REFRESH_REUSE_GRACE_SECONDS',
    ]);
    expect(problems.join()).toContain('QDRANT_URL: is required');
    expect(problems.join()).not.toMatch(/secret/);
  });

  it('has no default for any secret', () => {
    const { JWT_SECRET: _, ...rest } = COMPLETE;
    expect(problemsOf(rest)).toEqual(['JWT_SECRET: is required']);
    const { APP_ENCRYPTION_KEY: _key, ...unencrypted } = COMPLETE;
    expect(problemsOf(unencrypted).map((problem) => problem.split(':')[0])).toEqual(['APP_ENCRYPTION_KEY']);
    const config = readConfig(COMPLETE);
    expect(config.STORAGE_WEBHOOK_TOKEN).toBeUndefined();
    expect(config.QDRANT_API_KEY).toBeUndefined();
  });

  it('wants a lease of the outbox that outlasts the requests under it', () => {
    const problem = 'OUTBOX_LEASE_SECONDS: must be at least 3 times QDRANT_TIMEOUT_MS';
    expect(problemsOf({ ...COMPLETE, OUTBOX_LEASE_SECONDS: '29' })).toEqual([problem]);
    expect(problemsOf({ ...COMPLETE, QDRANT_TIMEOUT_MS: '10001' })).toEqual([problem]);
    expect(problemsOf({ ...COMPLETE, OUTBOX_LEASE_SECONDS: '2', QDRANT_TIMEOUT_MS: '600' })).toEqual([]);
  });

  it('takes an empty setting as not given', () => {
    expect(readConfig({ ...COMPLETE, REDIS_URL: '' }).REDIS_URL).toBeUndefined();
  });
});
