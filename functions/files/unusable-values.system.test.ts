import { beforeAll, expect, it } from 'vitest';
import type { FileView } from '#shared/api/files.ts';
import type { Problem } from '#shared/api/problem.ts';
import { newPerson, type Person } from '#testing/person.ts';

let person: Person;
beforeAll(async () => {
  person = await newPerson();
});

const announce = (more: object): Promise<Response> =>
  person.fetch('/files', {
    method: 'POST',
    body: JSON.stringify({ filename: 'a.txt', size: 3, ...more }),
    headers: { 'content-type': 'application/json' },
  });

async function expectRefusal(response: Response, field: string): Promise<void> {
  const problem = (await response.json()) as Problem;
  expect([response.status, problem.code]).toEqual([400, 'VALIDATION_ERROR']);
  expect(problem.errors?.map((error) => error.field)).toEqual([field]);
}

it.each([
  ['q=%00', 'q'],
  ['type=a%00', 'type'],
])('a list of files by %s is refused', async (query, field) => {
  await expectRefusal(await person.fetch(`/files?${query}`), field);
});

it.each([
  [{ externalId: 'a\0' }, 'externalId'],
  [{ externalId: '\udc00' }, 'externalId'],
  [{ externalId: 'é'.repeat(513) }, 'externalId'],
  [{ contentType: 'text/plain\r\nX-Other: 1' }, 'contentType'],
  [{ contentType: 'text/plain; name=é' }, 'contentType'],
  [{ contentType: 'text/plain\0' }, 'contentType'],
])('a file with %j is refused', async (more, field) => {
  await expectRefusal(await announce(more), field);
});

it('an external id takes 1,024 bytes, whatever they are', async () => {
  const incompressible = Array.from({ length: 512 }, (_, at) => String.fromCharCode(0x80 + ((at * 7919) % 1_900))).join(
    '',
  );
  expect(Buffer.byteLength(incompressible)).toBe(1_024);
  expect((await announce({ externalId: incompressible })).status).toBe(201);
});

it('a file name loses what cannot be stored', async () => {
  const response = await announce({ filename: 'a\0b\ud800.txt' });
  const { file } = (await response.json()) as { file: FileView };
  expect([response.status, file.filename]).toEqual([201, 'ab.txt']);
});

it('a page or cursor beyond every number is refused', async () => {
  const { file } = (await (await announce({})).json()) as { file: FileView };
  await expectRefusal(await person.fetch(`/files/${file.id}/text?page=3000000000`), 'page');
  const cursor = Buffer.from('{"page":3000000000}').toString('base64url');
  const response = await person.fetch(`/files/${file.id}/text?cursor=${cursor}`);
  expect([response.status, ((await response.json()) as Problem).code]).toEqual([400, 'VALIDATION_ERROR']);
});
