import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { configProblems, readConfig } from './config.ts';
import { environmentSchema } from './settings.ts';

const COMPLETE = {
  PUBLIC_URL: 'http://localhost:3000',
  STREAM_URL: 'http://localhost:3001',
  DATABASE_URL: 'postgres://omnirag@localhost/omnirag',
  QDRANT_URL: 'http://localhost:6333',
  JWT_SECRET: 'pCn2mTtxO7kWq0s9VbYxUe3fLh5RzGdA',
  APP_ENCRYPTION_KEY: 'c0ffee5b1d9a4273e86f0b2a7d41985c3ea7f6120d9b84c5f1e23a70b6d8945e',
};

const problemsOf = (environment: Record<string, string>): readonly string[] => configProblems(environment);

/** Where `wrong` would be right, or something else is nearer to what people mistake. */
const MORE_THAN_WRONG: Partial<Record<keyof typeof environmentSchema.shape, string>> = {
  OMNIRAG_ENV: 'staging',
  LOG_LEVEL: 'louder',
  PUBLIC_URL: 'localhost:3000/wrong',
  STREAM_URL: 'ftp://wrong.example',
  CORS_ORIGINS: 'https://wrong.example/page',
  TRUSTED_PROXIES: '10.0.0.0/8, wrong.example',
  DATABASE_URL: 'mysql://wrong.example/db',
  DATABASE_POOL_MAX: '0wrong',
  AWS_REGION: 'us east wrong',
  S3_ENDPOINT: 'wrong:9000',
  S3_PUBLIC_ENDPOINT: 'http://user:wrong@host.example',
  S3_BUCKET: 'Wrong_Capitals',
  S3_INCOMING_BUCKET: 'wr/ong',
  SQS_ENDPOINT: 'wrong.example',
  QUEUE_PREFIX: 'wrong prefix',
  VECTOR_DB_PROVIDER: 'pinecone',
  QDRANT_URL: 'grpc://wrong.example',
  QDRANT_API_KEY: 'wrong key',
  QDRANT_COLLECTION: 'wrong/name',
  QDRANT_TIMEOUT_MS: '-wrong',
  REDIS_URL: 'http://wrong.example',
  EMBEDDING_MODEL: '../wrong',
  EMBEDDING_API_KEY: 'wrong\nkey',
  WHISPER_MODEL: 'wrong\nmodel',
  TRANSCRIPTION_API_KEY: 'wr\u00f6ng',
  CLIP_MODEL: '/wrong/../model',
  IMAGE_EMBEDDING_API_KEY: 'wrong key',
  OCR_LANGUAGES: 'wrong, 1',
  SPARSE_MODEL: 'wrong+wrong',
  SPARSE_API_KEY: 'wrong key',
  RERANK_MODEL: 'wrong/..',
  RERANK_API_KEY: 'wrong key',
  GOOGLE_CLIENT_ID: 'wrong id',
  GOOGLE_CLIENT_SECRET: 'wrong secret',
  MAX_FILE_BYTES: '1wrong',
  SMTP_URL: 'http://wrong.example',
};

/** For each setting a value that it can't have; nothing of it may stand in what is said. */
const WRONG: Record<string, string> = {
  ...Object.fromEntries(
    Object.keys(environmentSchema.omit({ PATH: true, MODEL_DIR: true }).shape).map((name) => [name, 'wrong']),
  ),
  ...MORE_THAN_WRONG,
};

describe('a wrong value', () => {
  it.each(Object.entries(WRONG))('of %s is told by name, once, without the value', (name, value) => {
    const problems = problemsOf({
      ...COMPLETE,
      GOOGLE_CLIENT_SECRET: 'beside-an-id',
      MAIL_FROM: 'a@example.org',
      [name]: value,
    });
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([name]);
    expect(problems.join()).not.toMatch(/wrong|pinecone/i);
  });

  it('is told of every setting at once', () => {
    const named = problemsOf(WRONG).map((problem) => problem.split(':')[0]);
    // A schema whose fields are wrong does not come to compare them; the keys have readers of their own.
    expect([...named].sort()).toEqual(
      Object.keys(WRONG)
        .filter((name) => name !== 'APP_ENCRYPTION_KEY')
        .sort(),
    );
  });
});

describe('in production', () => {
  const HEX = 'f3a19c0e7b5d42816ea8d0c7934b1f6e25d8a07c9e614b3fd2805ca7916e3bd4';
  const refused: [name: string, settings: Record<string, string>][] = [
    ['JWT_SECRET', { JWT_SECRET: 'a'.repeat(32) }],
    ['JWT_SECRET', { JWT_SECRET: 'abcdefghijkl'.repeat(3) }],
    ['JWT_SECRET', { JWT_SECRET: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`' }],
    ['JWT_SECRETS', { JWT_SECRETS: `new:${'0123'.repeat(10)}` }],
    ['STORAGE_WEBHOOK_TOKEN', { STORAGE_WEBHOOK_TOKEN: '1234123412341234' }],
    ['APP_ENCRYPTION_KEY', { APP_ENCRYPTION_KEY: '0'.repeat(64) }],
    ['APP_ENCRYPTION_KEY', { APP_ENCRYPTION_KEY: '0123456789abcdef'.repeat(4) }],
    [
      'APP_ENCRYPTION_KEY',
      { APP_ENCRYPTION_KEY: Buffer.from(Array.from({ length: 32 }, (_, n) => n)).toString('hex') },
    ],
    ['APP_ENCRYPTION_KEYS', { APP_ENCRYPTION_KEYS: `new:${'f'.repeat(64)}` }],
    ['APP_ENCRYPTION_KEY', { JWT_SECRET: HEX, APP_ENCRYPTION_KEY: HEX }],
    ['APP_ENCRYPTION_KEYS', { JWT_SECRET: HEX, APP_ENCRYPTION_KEYS: `new:${HEX.toUpperCase()}` }],
    ['STORAGE_WEBHOOK_TOKEN', { STORAGE_WEBHOOK_TOKEN: COMPLETE.JWT_SECRET }],
    ['PUBLIC_URL', { PUBLIC_URL: 'http://rag.example.com' }],
    ['PUBLIC_URL', { PUBLIC_URL: 'http://192.168.1.5:3000' }],
    ['STREAM_URL', { STREAM_URL: 'http://rag.example.com' }],
    ['S3_PUBLIC_ENDPOINT', { S3_PUBLIC_ENDPOINT: 'http://rag.example.com' }],
    ['GOOGLE_API_ROOT', { GOOGLE_API_ROOT: 'http://127.0.0.1:4000' }],
    ['GOOGLE_API_ROOT', { GOOGLE_API_ROOT: 'https://localhost' }],
    ['EMBEDDING_MODEL', { EMBEDDING_MODEL: 'hashing-384' }],
  ];

  it.each(refused)('%s is refused with %j, which may do on a machine of one', (name, settings) => {
    const problems = problemsOf({ ...COMPLETE, ...settings });
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([name]);
    expect(problemsOf({ ...COMPLETE, ...settings, OMNIRAG_ENV: 'local' })).toEqual([]);
  });

  it('takes what was drawn at random, in each of the usual spellings', () => {
    for (let round = 0; round < 200; round += 1) {
      const secrets = [randomBytes(32).toString('hex'), randomBytes(24).toString('base64url')];
      for (const JWT_SECRET of secrets) {
        const settings = { JWT_SECRET, APP_ENCRYPTION_KEY: randomBytes(32).toString('hex') };
        expect(problemsOf({ ...COMPLETE, ...settings, PUBLIC_URL: 'https://rag.example.com' })).toEqual([]);
      }
    }
  });
});

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

  it('takes what a model server calls its models, where one is named', () => {
    const servers = {
      ...{ EMBEDDING_MODEL: 'EMBEDDING_URL', WHISPER_MODEL: 'TRANSCRIPTION_URL', CLIP_MODEL: 'IMAGE_EMBEDDING_URL' },
      ...{ SPARSE_MODEL: 'SPARSE_URL', RERANK_MODEL: 'RERANK_URL' },
    };
    for (const [setting, server] of Object.entries(servers)) {
      for (const name of ['@cf/baai/bge-small-en-v1.5', '/models/bge', 'my model', 'bge..small', 'voyage/3.5:latest']) {
        expect(problemsOf({ ...COMPLETE, [setting]: name, [server]: 'http://models.internal' }), name).toEqual([]);
      }
      for (const name of ['../bge', '/models/../bge', '..', 'a/..', 'a+b', 'a\nb', 'a\u0085b']) {
        const problems = problemsOf({ ...COMPLETE, [setting]: name, [server]: 'http://models.internal' });
        expect(
          problems.map((problem) => problem.split(':')[0]),
          name,
        ).toEqual([setting]);
      }
      for (const name of ['@cf/baai/bge-small-en-v1.5', '/models/bge', 'my model', '../bge', 'a/../../b']) {
        const problems = problemsOf({ ...COMPLETE, [setting]: name });
        expect(
          problems.map((problem) => problem.split(':')[0]),
          name,
        ).toEqual([setting]);
      }
    }
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
