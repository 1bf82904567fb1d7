import { z } from 'zod';
import { FILES } from './settings/files.ts';
import type { Settings } from './settings/kinds.ts';
import { MODELS } from './settings/models.ts';
import { ACCOUNTS, DRIVE, KEYS, QUOTAS } from './settings/people.ts';
import { DATABASE, SEARCH, STORES, SYSTEM } from './settings/services.ts';

/** Every setting. A new one is a line in a group, and `npm run settings` writes what is made from it. */
export const SETTINGS = {
  ...SYSTEM,
  ...DATABASE,
  ...STORES,
  ...SEARCH,
  ...KEYS,
  ...MODELS,
  ...DRIVE,
  ...FILES,
  ...ACCOUNTS,
  ...QUOTAS,
};

/** As people read them. */
export const SETTING_GROUPS: readonly { title: string; settings: Settings }[] = [
  { title: 'The system', settings: SYSTEM },
  { title: 'PostgreSQL', settings: DATABASE },
  { title: 'Buckets and queues', settings: STORES },
  { title: 'Search', settings: SEARCH },
  { title: 'Keys', settings: KEYS },
  { title: 'Models', settings: MODELS },
  { title: 'Google Drive', settings: DRIVE },
  { title: 'Files and the pipeline', settings: FILES },
  { title: 'Accounts', settings: ACCOUNTS },
  { title: 'Limits', settings: QUOTAS },
];

type Shape = { [Name in keyof typeof SETTINGS]: (typeof SETTINGS)[Name]['schema'] };

const shape = Object.fromEntries(Object.entries(SETTINGS).map(([name, { schema }]) => [name, schema])) as Shape;

export const environmentSchema = z.object(shape);
