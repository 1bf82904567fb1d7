import { ACCOUNT_ROUTES } from './accounts.ts';
import { ADMINISTRATION_ROUTES } from './administration.ts';
import { DRIVE_ROUTES } from './drive.ts';
import { FILE_ROUTES } from './files.ts';
import { OWN_DATA_ROUTES } from './own-data.ts';
import { OWN_NOTICE_ROUTES } from './own-notices.ts';
import { OWN_SESSION_ROUTES } from './own-sessions.ts';
import type { RouteSpec } from './route.ts';
import { SEARCH_ROUTES } from './search.ts';
import { SYSTEM_ROUTES } from './system.ts';
import { UPLOAD_ROUTES } from './uploads.ts';

/** Every route of the system; infra/functions must declare the same ones, which a test compares. */
export const ROUTES: readonly RouteSpec[] = [
  ...ACCOUNT_ROUTES,
  ...OWN_SESSION_ROUTES,
  ...OWN_NOTICE_ROUTES,
  ...OWN_DATA_ROUTES,
  ...ADMINISTRATION_ROUTES,
  ...UPLOAD_ROUTES,
  ...FILE_ROUTES,
  ...SEARCH_ROUTES,
  ...DRIVE_ROUTES,
  ...SYSTEM_ROUTES,
];
