import { expect, it } from 'vitest';
import { ALL_FORMATS } from './registry.ts';

// The first one in the list would win, and nobody would be told.
it.each(['extensions', 'contentTypes', 'id'] as const)('no two formats have one of their %s in common', (names) => {
  const owners = Map.groupBy(
    ALL_FORMATS.flatMap((format) => [format[names]].flat().map((name) => ({ name, id: format.id }))),
    ({ name }) => name,
  );
  expect([...owners.values()].filter(({ length }) => length > 1)).toEqual([]);
});
