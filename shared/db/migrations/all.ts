import type { Migration } from 'kysely/migration';
import * as accountsFilesChunks from './0001-accounts-files-chunks.ts';
import * as places from './0002-places.ts';
import * as sessionsLimitsAudit from './0006-sessions-limits-audit.ts';
import * as rowLevelSecurity from './0007-row-level-security.ts';
import * as drive from './0009-drive.ts';
import * as erasureAndExport from './0010-erasure-and-export.ts';
import * as childFiles from './0012-child-files.ts';
import * as pictures from './0013-pictures.ts';
import * as bm25 from './0014-bm25.ts';
import * as chunkLanguages from './0015-chunk-languages.ts';
import * as fairTurns from './0016-fair-turns.ts';
import * as driveAsked from './0017-drive-asked.ts';
import * as vectorStorage from './0024-vector-storage.ts';
import * as changingModel from './0025-changing-model.ts';
import * as exportOutcome from './0030-export-outcome.ts';
import * as looseObjects from './0032-loose-objects.ts';
import * as sendings from './0033-sendings.ts';
import * as interruptedAttempts from './0034-interrupted-attempts.ts';
import * as turns from './0035-turns.ts';
import * as turnsOfArrivals from './0035-turns-of-arrivals.ts';
import * as ownLogAlone from './0036-own-log-alone.ts';
import * as sessionsNoticesUpkeep from './0037-sessions-notices-upkeep.ts';
import * as functionWords from './0039-function-words.ts';
import * as turnsThatEnd from './0040-turns-that-end.ts';
import * as fairPublishing from './0041-fair-publishing.ts';

/** In order; a migration that has been released is never edited, only followed by another. */
export const MIGRATIONS: Record<string, Migration> = {
  '0001-accounts-files-chunks': accountsFilesChunks,
  '0002-places': places,
  '0006-sessions-limits-audit': sessionsLimitsAudit,
  '0007-row-level-security': rowLevelSecurity,
  '0009-drive': drive,
  '0010-erasure-and-export': erasureAndExport,
  '0012-child-files': childFiles,
  '0013-pictures': pictures,
  '0014-bm25': bm25,
  '0015-chunk-languages': chunkLanguages,
  '0016-fair-turns': fairTurns,
  '0017-drive-asked': driveAsked,
  '0024-vector-storage': vectorStorage,
  '0025-changing-model': changingModel,
  '0030-export-outcome': exportOutcome,
  '0032-loose-objects': looseObjects,
  '0033-sendings': sendings,
  '0034-interrupted-attempts': interruptedAttempts,
  '0035-turns': turns,
  '0035-turns-of-arrivals': turnsOfArrivals,
  '0036-own-log-alone': ownLogAlone,
  '0037-sessions-notices-upkeep': sessionsNoticesUpkeep,
  '0039-function-words': functionWords,
  '0040-turns-that-end': turnsThatEnd,
  '0041-fair-publishing': fairPublishing,
};
