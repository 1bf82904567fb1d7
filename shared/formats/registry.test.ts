import { expect, it } from 'vitest';
import { READERS } from './readers.ts';
import { ALL_FORMATS } from './registry.ts';

// The first one in the list would win, and nobody would be told.
it.each(['extensions', 'contentTypes', 'id'] as const)('no two formats have one of their %s in common', (names) => {
  const owners = Map.groupBy(
    ALL_FORMATS.flatMap((format) => [format[names]].flat().map((name) => ({ name, id: format.id }))),
    ({ name }) => name,
  );
  expect([...owners.values()].filter(({ length }) => length > 1)).toEqual([]);
});

it('each reader is found by the id of its format', async () => {
  const ids = await Promise.all(Object.values(READERS).map(async (load) => (await load()).id));
  expect(ids).toEqual(Object.keys(READERS));
});
