import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { securityHeaders } from '#shared/runtime/security-headers.ts';
import { eventOf, LEAST_SETTINGS } from '#testing/http-event.ts';
import { handler as notFound } from './not-found.ts';
import { handler as openApi } from './openapi.ts';

const APP = 'https://app.example.com';
const SETTINGS = { ...LEAST_SETTINGS, CORS_ORIGINS: `${APP}, http://localhost:5173` };

beforeAll(() => {
  for (const [name, value] of Object.entries(SETTINGS)) vi.stubEnv(name, value);
});
afterAll(() => {
  vi.unstubAllEnvs();
});

it('pages of the origins that are named may read answers, without credentials', async () => {
  const answer = await openApi(eventOf('GET', { origin: APP }));
  expect(answer.headers).toMatchObject({ 'Access-Control-Allow-Origin': APP, Vary: 'Origin, Accept-Encoding' });
  expect(answer.headers).not.toHaveProperty('Access-Control-Allow-Credentials');
  for (const origin of ['https://elsewhere.example', 'null', `${APP}.elsewhere.example`, 'https://APP.example.com']) {
    const other = await openApi(eventOf('GET', { origin }));
    expect(other.headers).not.toHaveProperty('Access-Control-Allow-Origin');
    expect(other.headers).toMatchObject({ Vary: 'Origin, Accept-Encoding' });
  }
});

it('their preflights are answered, errors can be read by them', async () => {
  const preflight = await notFound(eventOf('OPTIONS', { origin: APP, 'access-control-request-method': 'PATCH' }));
  expect(preflight).toMatchObject({
    statusCode: 204,
    headers: {
      'Access-Control-Allow-Origin': APP,
      'Access-Control-Allow-Methods': 'GET, POST, PATCH, DELETE',
      'Access-Control-Allow-Headers': 'Authorization, Content-Type, Idempotency-Key, X-Request-Id',
    },
  });
  const missing = await notFound({ ...eventOf('GET', { origin: APP }), rawPath: '/nowhere' });
  expect(missing).toMatchObject({ statusCode: 404, headers: { 'Access-Control-Allow-Origin': APP } });
});

it('HTTPS is insisted on where people reach the system by it', () => {
  expect(securityHeaders('https://rag.example.com')['Strict-Transport-Security']).toBe('max-age=31536000');
  expect(securityHeaders('http://localhost:3000')).not.toHaveProperty('Strict-Transport-Security');
});
