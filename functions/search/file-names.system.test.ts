import { beforeAll, expect, it } from 'vitest';
import type { FileView } from '#shared/api/files.ts';
import type { SearchRequest } from '#shared/api/search.ts';
import { newPerson, type Person, untilSettled, uploadBytes } from '#testing/person.ts';

/** None says the words of its name. */
const NAMES = {
  lease: 'Mietvertrag-Boathouse_2024.txt',
  umlaut: 'Verträge Müller.txt',
  camel: 'HafenOrdnung.txt',
  code: 'INV-2024-077 scan.txt',
};
const SAYS = 'The keeper of the lighthouse is paid a yearly wage by the port.';
const NOTES = 'Oars and rope are kept in the boathouse all winter.';

let person: Person;
let stranger: Person;
const ids: Record<string, string> = {};
beforeAll(async () => {
  [person, stranger] = await Promise.all([newPerson(), newPerson()]);
  const texts: Record<string, [string, string]> = {
    lease: [NAMES.lease, 'Nine hundred crowns are due in May.'],
    umlaut: [NAMES.umlaut, 'Seite eins von drei liegt bei.'],
    camel: [NAMES.camel, 'Ships must be moored on both sides.'],
    code: [NAMES.code, 'Paint and brushes, two buckets.'],
    wage: ['list.txt', SAYS],
    notes: ['notes.txt', NOTES],
    named: ['lighthouse wage.txt', 'Nothing is written here yet.'],
  };
  await Promise.all(
    Object.entries(texts).map(async ([key, [name, text]]) => {
      ids[key] = (await uploadBytes(person, name, text)).id;
      expect((await untilSettled(person, ids[key])).status).toBe('READY');
    }),
  );
}, 120_000);

const found = async (query: string, more: Partial<SearchRequest> = {}, by: Person = person): Promise<string[]> =>
  (await by.search({ query, ...more })).results.map(({ fileId }) => fileId);

it.each(['keyword', 'hybrid'] as const)('%s: finds a file by the words of its name', async (mode) => {
  for (const query of ['mietvertrag boathouse', 'Boathouse Mietvertrag', 'mietvertrag boathouse 2024', 'mietvertrag']) {
    expect((await found(query, { mode }))[0], query).toBe(ids.lease);
  }
  for (const query of ['Mueller', 'muller vertrag', 'Vertrag Müller']) {
    expect((await found(query, { mode }))[0], query).toBe(ids.umlaut);
  }
  expect((await found('hafen', { mode }))[0]).toBe(ids.camel);
  expect((await found('INV2024077', { mode }))[0]).toBe(ids.code);
  expect((await found('mietv', { mode, prefix: true }))[0]).toBe(ids.lease);
});

it('puts a passage that says the words before a file that is only called so', async () => {
  const question = 'What is the wage paid to the keeper of the lighthouse?';
  for (const mode of ['keyword', 'hybrid'] as const) {
    expect((await found('lighthouse wage', { mode })).slice(0, 2)).toEqual([ids.wage, ids.named]);
    expect((await found(question, { mode }))[0]).toBe(ids.wage);
    expect((await found('rope boathouse', { mode }))[0]).toBe(ids.notes);
  }
});

it('finds names in no text by phrases, by meaning alone, with other filters, and for nobody else', async () => {
  expect(await found('"mietvertrag boathouse"')).toEqual([]);
  expect(await found('mietvertrag', { mode: 'keyword', filters: { fileIds: [ids.notes ?? ''] } })).toEqual([]);
  expect(await found('mietvertrag', { mode: 'keyword' }, stranger)).toEqual([]);
  await uploadBytes(stranger, 'mietvertrag.txt', 'Somebody else.');
  expect(await found('mietvertrag', { mode: 'keyword' })).toEqual([ids.lease]);
});

it('filters the list by words of names in any order', async () => {
  const listed = async (q: string) => {
    const { items } = await person.request<{ items: FileView[] }>('GET', `/files?q=${encodeURIComponent(q)}`);
    return items.map(({ id }) => id);
  };
  for (const q of ['boathouse mietvertrag', '2024  BOATHOUSE', 'mietvertrag-boat', 'Boathouse_2024.txt']) {
    expect(await listed(q), q).toEqual([ids.lease]);
  }
  for (const q of ['muller', 'müller verträge', 'verträge mü']) expect(await listed(q), q).toEqual([ids.umlaut]);
  expect(await listed('boathouse harbour')).toEqual([]);
  expect(await listed('100%')).toEqual([]);
});

it('takes a duplicate in a filter for its original, and its name as another one of it', async () => {
  const copy = await uploadBytes(person, 'Ruderliste.txt', NOTES);
  await untilSettled(person, copy.id);
  expect(await found('rope', { filters: { fileIds: [copy.id] } })).toEqual([ids.notes]);
  expect((await found('ruderliste', { mode: 'keyword' }))[0]).toBe(ids.notes);
  await person.request('DELETE', `/files/${copy.id}`);
  expect(await found('rope', { filters: { fileIds: [copy.id] } })).toEqual([]);
  expect(await found('ruderliste', { mode: 'keyword' })).toEqual([]);
});

it('forgets a name with its file', async () => {
  await person.request('DELETE', `/files/${ids.camel}`);
  expect(await found('hafen', { mode: 'keyword' })).toEqual([]);
});
