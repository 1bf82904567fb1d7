import type { Context } from 'aws-lambda';
import { translatePostgresError } from '#shared/db/postgres-errors.ts';
import { type Container, getBackgroundContainer } from './container.ts';

/** What one call did, by what it counts; said in the log unless all is zero. */
export type Done = Record<string, number>;

/**
 * Wraps one job that a schedule calls. Each job is a function of its own: one that fails stops no other, and its errors
 * are counted, and raise an alarm, under its own name.
 */
export function scheduleHandler(
  job: (container: Container) => Promise<Done | undefined>,
): (event: unknown, context?: Pick<Context, 'functionName'>) => Promise<void> {
  return async (_event, context) => {
    const container = getBackgroundContainer();
    const name = context?.functionName;
    try {
      const done = await job(container);
      if (done && Object.values(done).some((count) => count > 0))
        container.log.info({ job: name, ...done }, 'scheduled maintenance');
    } catch (error) {
      const translated = translatePostgresError(error);
      container.log.error({ err: translated, job: name }, 'scheduled maintenance failed');
      throw translated;
    }
  };
}
