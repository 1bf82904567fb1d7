import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { givenSecrets } from '#localstack/secrets/secrets.ts';
import { serviceProblems } from './check-services.ts';
import { credentialsOf } from './start-stores.ts';

const KEYS = { AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'example' };

it('S3 and SQS get the token of temporary keys', async () => {
  const tokens: unknown[] = [];
  const server = createServer((request, response) => {
    tokens.push(request.headers['x-amz-security-token']);
    response.writeHead(403).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const place = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const env = { ...KEYS, AWS_SESSION_TOKEN: 'the-token', S3_ENDPOINT: place, SQS_ENDPOINT: place };
  await serviceProblems({ env, region: 'us-east-1', ...credentialsOf(givenSecrets(env), env) }, []);
  server.close();
  expect(tokens).toEqual(['the-token', 'the-token']);
});

it('a token goes with no key that was made here, and without keys the SDK looks for its own', () => {
  const made = { ...givenSecrets({}), ...KEYS };
  expect(credentialsOf(made, { AWS_SESSION_TOKEN: 'the-token' })).toEqual({
    credentials: { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'example' },
  });
  expect(credentialsOf(givenSecrets({}), {})).toEqual({});
});
