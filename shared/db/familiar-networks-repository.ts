import { forgetNetworks } from './cross-tenant.ts';
import type { DbOrTrx } from './database.ts';

const FAMILIAR_DAYS = 90;

function longAgo(): Date {
  return new Date(Date.now() - FAMILIAR_DAYS * 86_400_000);
}

/** Whether this person signed in from this network within the last 90 days. */
export async function isFamiliarNetwork(db: DbOrTrx, userId: string, network: string): Promise<boolean> {
  const row = await db
    .selectFrom('familiar_networks')
    .select('network')
    .where('user_id', '=', userId)
    .where('network', '=', network)
    .where('last_login_at', '>', longAgo())
    .executeTakeFirst();
  return row !== undefined;
}

export async function rememberNetwork(db: DbOrTrx, userId: string, network: string): Promise<void> {
  const last_login_at = new Date();
  await db
    .insertInto('familiar_networks')
    .values({ user_id: userId, network, last_login_at })
    .onConflict((conflict) => conflict.columns(['user_id', 'network']).doUpdateSet({ last_login_at }))
    .execute();
}

export async function forgetOldNetworks(db: DbOrTrx): Promise<void> {
  await forgetNetworks(db, longAgo());
}
