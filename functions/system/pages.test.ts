import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { handler as console_ } from './console.ts';
import { handler as docs } from './docs.ts';

const SETTINGS = {
  PUBLIC_URL: 'https://rag.example.com',
  STREAM_URL: 'https://stream.example.com/base',
  S3_ENDPOINT: 'http://minio:9000',
  S3_PUBLIC_ENDPOINT: 'https://files.example.com',
  DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
  QDRANT_URL: 'http://127.0.0.1:1',
  JWT_SECRET: 'pCn2mTtxO7kWq0s9VbYxUe3fLh5RzGdA',
  APP_ENCRYPTION_KEY: 'c0ffee5b1d9a4273e86f0b2a7d41985c3ea7f6120d9b84c5f1e23a70b6d8945e',
};

const event: APIGatewayProxyEventV2 = {
  version: '2.0',
  routeKey: '$default',
  rawPath: '/',
  rawQueryString: '',
  headers: {},
  isBase64Encoded: false,
  requestContext: {
    accountId: '',
    apiId: '',
    domainName: '',
    domainPrefix: '',
    http: { method: 'GET', path: '/', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: '' },
    requestId: 'test',
    routeKey: '$default',
    stage: '$default',
    time: '',
    timeEpoch: 0,
  },
};

beforeAll(() => {
  for (const [name, value] of Object.entries(SETTINGS)) vi.stubEnv(name, value);
});
afterAll(() => {
  vi.unstubAllEnvs();
});

test('the console answers without any other part, and may reach the bucket and the stream', async () => {
  const answer = await console_(event);
  expect(answer).toMatchObject({ statusCode: 200, headers: { 'Content-Type': 'text/html; charset=utf-8' } });
  expect(answer.headers?.['Content-Security-Policy']).toContain(
    "connect-src 'self' https://files.example.com https://stream.example.com;",
  );
  expect(answer.body).toContain('<title>OmniRAG</title>');
});

test('the docs answer without any other part', async () => {
  const answer = await docs(event);
  expect(answer).toMatchObject({ statusCode: 200, headers: { 'Content-Type': 'text/html; charset=utf-8' } });
  expect(answer.headers?.['Content-Security-Policy']).toContain("default-src 'none'");
  expect(answer.body).toContain('https://rag.example.com/auth/register');
});
