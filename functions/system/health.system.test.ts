import { randomUUID } from 'node:crypto';
import { expect, inject, it } from 'vitest';
import type { HealthView } from '#shared/api/system.ts';
import { newPerson, untilSettled, uploadBytes } from '#testing/person.ts';

const { url } = inject('system');

async function health(): Promise<HealthView> {
  return (await fetch(`${url}/health`)).json() as Promise<HealthView>;
}

it('tells of every part, the model and the outbox', async () => {
  const person = await newPerson();
  const { id } = await uploadBytes(person, 'health.txt', `In good health: ${randomUUID()}`);
  await untilSettled(person, id);
  const answer = await health();
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
