import { randomUUID } from 'node:crypto';
import { expect, inject, it } from 'vitest';
import type { Problem } from '#shared/api/problem.ts';
import type { HealthView } from '#shared/api/system.ts';
import { newPerson, untilSettled, uploadBytes } from '#testing/person.ts';

const { url } = inject('system');

it('tells of every part, the model and the outbox', async () => {
  const person = await newPerson();
  const { id } = await uploadBytes(person, 'health.txt', `In good health: ${randomUUID()}`);
  await untilSettled(person, id);
  const answer = (await (await person.fetch('/health')).json()) as HealthView;
  expect(answer.status).toBe('ok');
  for (const part of ['postgres', 'storage', 'queue', 'qdrant', 'embedder']) {
    expect(answer.dependencies[part]).toMatchObject({ status: 'up', latencyMs: expect.any(Number) });
  }
  expect(answer.embedding).toEqual({
    model: 'hashing-384',
    dimensions: 384,
    builtIn: true,
    indexModel: 'hashing-384',
  });
  expect(answer.outbox).toMatchObject({ pending: expect.any(Number), drift: expect.any(Number) });
});

it('tells strangers whether all is well, and nothing else', async () => {
  const answer = await fetch(`${url}/health`);
  expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }]);
  const forged = await fetch(`${url}/health`, { headers: { authorization: 'Bearer forged' } });
  expect([forged.status, ((await forged.json()) as Problem).code]).toEqual([401, 'INVALID_TOKEN']);
});
