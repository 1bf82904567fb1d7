import { randomUUID } from 'node:crypto';
import { beforeAll, expect, inject, it } from 'vitest';
import type { FileView } from '#shared/api/files.ts';
import type { SearchAnswer } from '#shared/api/search.ts';
import { newPerson, type Person, untilSettled, uploadBytes } from '#testing/person.ts';

const PEOPLE = 5;
const FILES_EACH = 2;
const REQUESTS = 500;
/** What a browser or a client of many threads would hold open. */
const AT_ONCE = 50;
/** The same for all: whatever leaks is found by it. */
const SHARED_WORDS = 'The quarterly harvest report counts apples, pears and quinces';

/** On a machine that does much else. */
const SLOW_MS = 120_000;

interface Tenant extends Person {
  files: FileView[];
  secret: string;
}

const tenants: Tenant[] = [];
beforeAll(async () => {
  const people = await Promise.all(Array.from({ length: PEOPLE }, () => newPerson()));
  for (const person of people) {
    const secret = `secret${randomUUID().replaceAll('-', '')}`;
    const text = (index: number) => `${SHARED_WORDS}. Page ${index} belongs to ${secret}.`;
    const files = await Promise.all(
      Array.from({ length: FILES_EACH }, (_, index) => uploadBytes(person, `harvest-${index}.txt`, text(index))),
    );
    tenants.push({ ...person, files, secret });
  }
  for (const tenant of tenants) {
    for (const { id } of tenant.files) expect((await untilSettled(tenant, id, SLOW_MS)).status).toBe('READY');
  }
}, 2 * SLOW_MS);

const at = (index: number): Tenant => {
  const tenant = tenants[index % PEOPLE];
  if (!tenant) throw new Error('There is no such person.');
  return tenant;
};

const MODES = ['hybrid', 'semantic', 'keyword'] as const;

/** One request of one person, some of them for what is another's. @returns the ids and texts that were answered */
async function request(index: number): Promise<{ tenant: Tenant; status: number; ids: string[]; text: string }> {
  const tenant = at(index);
  const stranger = at(index + 1 + (index % (PEOPLE - 1)));
  const strangers = stranger.files[0]?.id ?? '';
  const mode = MODES[index % MODES.length];
  const search = async (body: object) => {
    const answer = await tenant.fetch('/search', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ mode, limit: 100, ...body }),
    });
    const text = await answer.text();
    const { results = [] } = JSON.parse(text) as SearchAnswer;
    return { tenant, status: answer.status, ids: results.map(({ fileId }) => fileId), text };
  };
  switch (index % 5) {
    case 0:
      return search({ query: SHARED_WORDS });
    case 1:
      return search({ query: stranger.secret });
    case 2:
      return search({ query: SHARED_WORDS, filters: { fileIds: [strangers] } });
    case 3: {
      const answer = await tenant.fetch('/files?limit=100');
      const text = await answer.text();
      const { items = [] } = JSON.parse(text) as { items: FileView[] };
      return { tenant, status: answer.status, ids: items.map(({ id }) => id), text };
    }
    default: {
      const answer = await tenant.fetch(`/files/${strangers}/text`);
      return { tenant, status: answer.status === 404 ? 200 : 500, ids: [], text: await answer.text() };
    }
  }
}

it(`${REQUESTS} requests of ${PEOPLE} people at once answer nobody what is another's (QDRANT_TENANCY=${inject('system').env.QDRANT_TENANCY ?? 'collection-per-user'})`, async () => {
  const leaks: string[] = [];
  const statuses = new Map<number, number>();
  let [next, found] = [0, 0];
  const work = async () => {
    for (let index = next++; index < REQUESTS; index = next++) {
      const { tenant, status, ids, text } = await request(index);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      const own = new Set(tenant.files.map(({ id }) => id));
      found += ids.length;
      for (const id of ids) if (!own.has(id)) leaks.push(`request ${index} answered ${id}`);
      for (const other of tenants) {
        if (other !== tenant && text.includes(other.secret)) leaks.push(`request ${index} shows another's words`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  expect(leaks).toEqual([]);
  expect([...statuses]).toEqual([[200, REQUESTS]]);
  // The people find what is theirs: an answer of nothing to everybody would leak nothing either.
  expect(found).toBeGreaterThanOrEqual((REQUESTS / 5) * 2 * FILES_EACH);
});
