import { translatePostgresError } from '#shared/db/postgres-errors.ts';
import { AppError } from '#shared/errors/app-error.ts';

/**
 * What the work answers; undefined when it takes longer than `ms` (it may go on, unheard) or what it needs is away.
 * @throws whatever else goes wrong with it
 */
export async function withinTime<T>(ms: number, work: () => Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([work(), late]);
  } catch (error) {
    // Not every outage: whoever asked a model for something tells that there is no model.
    const translated = translatePostgresError(error);
    if (translated instanceof AppError && translated.code === 'DEPENDENCY_UNAVAILABLE') return undefined;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
