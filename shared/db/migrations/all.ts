import type { Migration } from 'kysely/migration';
import * as baseline from './0001-baseline.ts';
import * as deadLeases from './0002-dead-leases.ts';
import * as words from './0003-words.ts';

/** In order; a migration that has been released is never edited, only followed by another. */
export const MIGRATIONS: Record<string, Migration> = {
  '0001-baseline': baseline,
  '0002-dead-leases': deadLeases,
  '0003-words': words,
};
