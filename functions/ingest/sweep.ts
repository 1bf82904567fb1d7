import { forgetExpired } from '#shared/auth/forget-expired.ts';
import { sweep } from '#shared/pipeline/sweep.ts';
import { getContainer } from '#shared/runtime/container.ts';
import { intakeDeps } from '#shared/runtime/use-case-deps.ts';

export const handler = async (): Promise<void> => {
  const container = getContainer();
  await forgetExpired(container.db);
  const outcome = await sweep({
    ...intakeDeps(container),
    incomingBucket: container.config.S3_INCOMING_BUCKET,
    afterSeconds: container.config.SWEEP_AFTER_SECONDS,
  });
  if (outcome.stages + outcome.objects + outcome.expired > 0) container.log.info(outcome, 'sweep');
};
