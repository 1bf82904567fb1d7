import type { RequestRate } from '#shared/api/route.ts';
import type { Db } from '#shared/db/database.ts';
import { takeFromRate } from '#shared/db/rate-limits-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { networkOf } from './network.ts';
import { recordRefusal } from './refusals.ts';

/** What is counted, and over how many seconds. */
const PERIODS: Readonly<Record<RequestRate, number>> = { searches: 60, uploads: 60, registrations: 3_600 };

/** How many in their period; undefined is as many as come. */
export type RequestRates = Readonly<Record<RequestRate, number | undefined>>;

/**
 * Counts a request against the person who makes it, or against the network it comes from where nobody is signed in. So
 * many are allowed at once, and then as many evenly spread over each period.
 * @throws AppError RATE_LIMITED
 */
export async function countRequest(
  { db, limits }: { db: Db; limits: { rates: RequestRates } },
  rate: RequestRate,
  by: { userId: string; address: string },
): Promise<void> {
  const burst = limits.rates[rate];
  if (burst === undefined) return;
  const whose = by.userId === '' ? networkOf(by.address) : by.userId;
  const seconds = await takeFromRate(db, { key: `${rate}/${whose}`, burst, everySeconds: PERIODS[rate] / burst });
  if (seconds === undefined) return;
  if (rate === 'registrations') {
    const from = { address: by.address };
    await recordRefusal(db, {
      action: 'registration.refused',
      userId: undefined,
      from,
      details: { reason: 'limited' },
    });
  }
  throw new AppError('RATE_LIMITED', { retryAfterSeconds: seconds });
}
