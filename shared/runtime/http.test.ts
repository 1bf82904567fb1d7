import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openApiRoute } from '#shared/api/system.ts';
import { eventOf, LEAST_SETTINGS } from '#testing/http-event.ts';
import { httpHandler } from './http.ts';

beforeAll(() => {
  for (const [name, value] of Object.entries(LEAST_SETTINGS)) vi.stubEnv(name, value);
});
afterAll(() => {
  vi.unstubAllEnvs();
});

const endless = httpHandler(openApiRoute, () => new Promise(() => undefined));
const prompt = httpHandler(openApiRoute, async () => ({ status: 200, body: {} }));

it('a function that Lambda is about to end says so instead of saying nothing', async () => {
  const answer = await endless(eventOf('GET', {}), { getRemainingTimeInMillis: () => 1_010 });
  expect(answer).toMatchObject({ statusCode: 503, headers: { 'Retry-After': expect.any(String) } });
  expect(JSON.parse(answer.body ?? '')).toMatchObject({
    code: 'DEPENDENCY_UNAVAILABLE',
    detail: expect.stringContaining('too long'),
  });
});

it('one that has time answers what it has to say', async () => {
  expect(await prompt(eventOf('GET', {}), { getRemainingTimeInMillis: () => 29_000 })).toMatchObject({
    statusCode: 200,
  });
});
