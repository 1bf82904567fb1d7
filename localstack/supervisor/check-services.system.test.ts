import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { findFreePort } from '#localstack/process/ports.ts';
import { hasRedis, startRedis, type TestRedis } from '#testing/redis.ts';
import { SERVICE_SETTINGS, serviceProblems } from './check-services.ts';

const SECRET = 'not-to-be-said';
const { env } = inject('system');
const credentials = {
  accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
  secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
};
const ask = (settings: Record<string, string | undefined>, with_ = credentials) =>
  serviceProblems({ env: settings, credentials: with_, region: env.AWS_REGION ?? '' }, []);

/** Each of the settings, with the way its service speaks. */
const at = (place: string): Record<string, string> =>
  Object.fromEntries(
    SERVICE_SETTINGS.map((name) => {
      if (name === 'DATABASE_URL') return [name, `postgres://me:${SECRET}@${place}/db`];
      return [name, name === 'REDIS_URL' ? `redis://:${SECRET}@${place}` : `http://${place}`];
    }),
  );

let redis: TestRedis | undefined;
let silent: Server;
beforeAll(async () => {
  if (hasRedis()) redis = await startRedis();
  silent = createServer(() => undefined);
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
});
afterAll(async () => {
  await redis?.remove();
  silent.close();
});

it('nothing is wrong with services that are there', async () => {
  const google = { GOOGLE_API_ROOT: env.GOOGLE_API_ROOT, TRANSCRIPTION_URL: env.TRANSCRIPTION_URL };
  const names = ['DATABASE_URL', 'S3_ENDPOINT', 'SQS_ENDPOINT', 'QDRANT_URL', 'QDRANT_API_KEY', 'EMBEDDING_URL'];
  const given = Object.fromEntries(names.map((name) => [name, env[name]]));
  expect(await ask({ ...given, ...google, ...(redis ? { REDIS_URL: redis.url } : {}) })).toEqual([]);
});

describe('of services that are set, each is named that', () => {
  it('has nothing listening there', async () => {
    const place = `127.0.0.1:${await findFreePort('127.0.0.1')}`;
    const problems = await ask(at(place));
    expect(problems).toEqual(
      SERVICE_SETTINGS.map((name) => `${name}: no answer from ${place}: nothing is listening there`),
    );
  });

  it('has no machine of its name', async () => {
    const problems = await ask(at('nowhere.invalid'));
    expect(problems.map((line) => line.split(':')[0])).toEqual(SERVICE_SETTINGS);
    for (const line of problems)
      expect(line).toMatch(/: (the host name is unknown|the host name cannot be resolved right now)$/);
  });

  it('takes the connection and says nothing, within seconds', async () => {
    const place = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const begun = performance.now();
    const problems = await ask(at(place));
    expect(performance.now() - begun).toBeLessThan(15_000);
    expect(problems).toEqual(SERVICE_SETTINGS.map((name) => `${name}: no answer from ${place} within 5 s`));
  });

  it('lets us not in, or is something else', async () => {
    const database = new URL(env.DATABASE_URL ?? '');
    database.password = SECRET;
    expect(await ask({ DATABASE_URL: database.href })).toEqual([
      'DATABASE_URL: PostgreSQL rejected the username or password',
    ]);
    const missing = new URL(env.DATABASE_URL ?? '');
    missing.pathname = '/none-of-that-name';
    expect(await ask({ DATABASE_URL: missing.href })).toEqual(['DATABASE_URL: the database does not exist; create it']);
    expect(await ask({ QDRANT_URL: env.QDRANT_URL, QDRANT_API_KEY: SECRET })).toEqual([
      'QDRANT_API_KEY: was rejected by the server at QDRANT_URL',
    ]);
    const stranger = { ...credentials, secretAccessKey: SECRET };
    const stores = await ask({ S3_ENDPOINT: env.S3_ENDPOINT, SQS_ENDPOINT: env.SQS_ENDPOINT }, stranger);
    expect(stores.map((line) => line.split(':')[0])).toEqual(['AWS_ACCESS_KEY_ID', 'AWS_ACCESS_KEY_ID']);

    const page = createHttpServer((_, response) => response.end('<h1>hello</h1>')).listen(0, '127.0.0.1');
    await once(page, 'listening');
    const place = `127.0.0.1:${(page.address() as AddressInfo).port}`;
    expect(await ask({ QDRANT_URL: `http://${place}` })).toEqual([
      `QDRANT_URL: the server at ${place} is not a working Qdrant (HTTP 200)`,
    ]);
    page.close();
  });

  it.runIf(hasRedis())('is a Redis with another password', async () => {
    const { port } = new URL(redis?.url ?? '');
    expect(await ask({ REDIS_URL: `redis://someone:${SECRET}@127.0.0.1:${port}` })).toEqual([
      'REDIS_URL: Redis rejected the username or password',
    ]);
  });
});
