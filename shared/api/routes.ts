import { changeMeRoute, loginRoute, logoutRoute, meRoute, refreshRoute, registerRoute } from './accounts.ts';
import { changeAccountRoute, listAccountsRoute, listAuditRoute } from './administration.ts';
import {
  changeDriveRoute,
  connectDriveRoute,
  disconnectDriveRoute,
  driveCallbackRoute,
  driveFoldersRoute,
  driveStatusRoute,
  syncDriveRoute,
} from './drive.ts';
import {
  completeFileRoute,
  createFileRoute,
  deleteFileRoute,
  fileContentRoute,
  filePreviewRoute,
  fileTextRoute,
  getFileRoute,
  listFilesRoute,
  reprocessFileRoute,
  storageWebhookRoute,
} from './files.ts';
import { eraseMeRoute, requestExportRoute, showExportRoute } from './own-data.ts';
import { listNoticesRoute } from './own-notices.ts';
import { endOtherSessionsRoute, endSessionRoute, listSessionsRoute } from './own-sessions.ts';
import type { RouteSpec } from './route.ts';
import { searchByAddressRoute, searchByPictureRoute, searchRoute } from './search.ts';
import { consoleRoute, docsRoute, healthRoute, openApiRoute } from './system.ts';

/** Every route of the system; serverless.yml must declare the same ones, which a test compares. */
export const ROUTES: readonly RouteSpec[] = [
  registerRoute,
  loginRoute,
  refreshRoute,
  logoutRoute,
  meRoute,
  changeMeRoute,
  eraseMeRoute,
  listSessionsRoute,
  endOtherSessionsRoute,
  endSessionRoute,
  listNoticesRoute,
  requestExportRoute,
  showExportRoute,
  listAccountsRoute,
  changeAccountRoute,
  listAuditRoute,
  createFileRoute,
  listFilesRoute,
  getFileRoute,
  completeFileRoute,
  fileContentRoute,
  fileTextRoute,
  filePreviewRoute,
  reprocessFileRoute,
  deleteFileRoute,
  storageWebhookRoute,
  searchRoute,
  searchByAddressRoute,
  connectDriveRoute,
  driveCallbackRoute,
  driveFoldersRoute,
  driveStatusRoute,
  changeDriveRoute,
  disconnectDriveRoute,
  syncDriveRoute,
  searchByPictureRoute,
  healthRoute,
  openApiRoute,
  docsRoute,
  consoleRoute,
];
