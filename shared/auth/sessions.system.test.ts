import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SessionView } from '#shared/api/accounts.ts';
import { insertRefreshToken, lockRefreshToken } from '#shared/db/refresh-tokens-repository.ts';
import { until } from '#testing/person.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { register } from './register.ts';
import { logout, refresh } from './sessions.ts';

let container: TestContainer;
beforeAll(async () => {
  container = await newTestContainer({ REFRESH_REUSE_GRACE_SECONDS: '10' });
});
afterAll(() => container.close());

const FROM = { address: '127.0.0.1', requestId: 'test' };
const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

function newSession(): Promise<SessionView> {
  const username = `s-${randomUUID().slice(0, 13)}`;
  return register(container, { email: `${username}@example.org`, username, password: 'correct horse' }, FROM);
}

it('reuse within the grace does not lengthen the grace', async () => {
  const { refreshToken } = await newSession();
  await refresh(container, refreshToken, FROM);
  const tokens = container.everyone.updateTable('refresh_tokens').where('token_hash', '=', hashOf(refreshToken));
  await tokens.set({ used_at: new Date(Date.now() - 9_000) }).execute();
  const heir = await refresh(container, refreshToken, FROM);
  await tokens.set({ used_at: sql`used_at - interval '2 seconds'` }).execute();
  await expect(refresh(container, refreshToken, FROM)).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
  await expect(refresh(container, heir.refreshToken, FROM)).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
});

it('logout waits for a successor that is being issued, and ends it', async () => {
  const { refreshToken } = await newSession();
  const heir = randomBytes(32).toString('base64url');
  const ending = await container.everyone.transaction().execute(async (trx) => {
    const row = await lockRefreshToken(trx, hashOf(refreshToken));
    if (!row) throw new Error('the token is not there');
    await insertRefreshToken(trx, {
      token_hash: hashOf(heir),
      user_id: row.user_id,
      family_id: row.family_id,
      expires_at: row.expires_at,
    });
    const logoutEnd = { done: logout(container, refreshToken, FROM) };
    await until('logout to wait', 5_000, async () => {
      const { rows } = await sql`
        select 1 from pg_locks
        where locktype = 'advisory' and not granted
          and database = (select oid from pg_database where datname = current_database())`.execute(container.everyone);
      return rows.length > 0 ? true : undefined;
    });
    return logoutEnd;
  });
  await ending.done;
  await expect(refresh(container, heir, FROM)).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
});

it('many exchanges and a logout at once leave no session', async () => {
  const { refreshToken } = await newSession();
  const exchanges = await Promise.allSettled([
    ...Array.from({ length: 4 }, () => refresh(container, refreshToken, FROM)),
    logout(container, refreshToken, FROM),
  ]);
  for (const exchange of exchanges) {
    if (exchange.status === 'rejected') expect(exchange.reason).toMatchObject({ code: 'INVALID_TOKEN' });
    else if (exchange.value) {
      await expect(refresh(container, exchange.value.refreshToken, FROM)).rejects.toMatchObject({
        code: 'INVALID_TOKEN',
      });
    }
  }
});
