import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openApiRoute } from '#shared/api/system.ts';
import { eventOf, LEAST_SETTINGS } from '#testing/http-event.ts';
import { httpHandler } from './http.ts';
import { currentRequestIds } from './request-id.ts';

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

it("a caller's own id of a request stands beside ours in the lines of the log, where it is well-formed", async () => {
  const naming = httpHandler(openApiRoute, async () => ({ status: 200, body: currentRequestIds() }));
  const idsOf = async (name: string) => {
    const { headers, body = '' } = await naming(eventOf('GET', { 'x-request-id': name }));
    const { requestId, ...rest } = JSON.parse(body);
    expect(requestId).toBe(headers?.['X-Request-Id']);
    return rest;
  };
  expect(await idsOf('trace-0123456789')).toEqual({ clientRequestId: 'trace-0123456789' });
  for (const odd of ['short', 'x'.repeat(65), 'with space in it', '"}{"level":60', '-begins-with-a-dash']) {
    expect(await idsOf(odd)).toEqual({});
  }
});
