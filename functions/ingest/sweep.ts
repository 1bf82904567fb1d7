import { forgetExpired } from '#shared/auth/forget-expired.ts';
import { sweep } from '#shared/pipeline/sweep.ts';
import { sweepIndexes } from '#shared/reembed/sweep-indexes.ts';
import { getBackgroundContainer } from '#shared/runtime/container.ts';
import { intakeDeps, sweepIndexesDeps } from '#shared/runtime/use-case-deps.ts';
import { indexBacklog } from '#shared/search/bm25/index-backlog.ts';
import { sweepPeople } from '#shared/users/sweep-people.ts';

/** What taking in files that are older than the keyword index may cost one sweep. */
const BACKLOG_MS = 5_000;
/** What a change of the embedding model leaves behind may cost. */
const INDEXES_MS = 15_000;

export const handler = async (): Promise<void> => {
  const container = getBackgroundContainer();
  await forgetExpired(container.db);
  const outcome = await sweep({
    ...intakeDeps(container),
    incomingBucket: container.config.S3_INCOMING_BUCKET,
    afterSeconds: container.config.SWEEP_AFTER_SECONDS,
  });
  const indexed = await indexBacklog(container.db, Date.now() + BACKLOG_MS);
  if (outcome.stages + outcome.objects + outcome.expired + indexed > 0)
    container.log.info({ ...outcome, indexed }, 'sweep');
  const indexes = await sweepIndexes(sweepIndexesDeps(container), INDEXES_MS);
  if (indexes.refilled + indexes.dropped.length > 0) container.log.info(indexes, 'sweep of indexes');
  const people = await sweepPeople(container);
  if (people.erasures + people.exports + people.expiredExports > 0) container.log.info(people, 'sweep of accounts');
};
