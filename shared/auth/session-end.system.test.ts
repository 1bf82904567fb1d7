import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { asUser } from '#shared/db/as-user.ts';
import { findSessionUser } from '#shared/db/sessions-repository.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { verifyAccessToken } from './access-tokens.ts';
import { forgetExpired } from './forget-expired.ts';
import { listOwnSessions } from './own-sessions.ts';
import { register } from './register.ts';
import { refresh } from './sessions.ts';

let container: TestContainer;
beforeAll(async () => {
  container = await newTestContainer({ SESSION_MAX_DAYS: '40' });
});
afterAll(() => container.close());

const FROM = { address: '127.0.0.1', requestId: 'test' };

it('a session ends when its days are over, however often it was refreshed', async () => {
  const username = `s-${randomUUID().slice(0, 13)}`;
  const begun = await register(
    container,
    { email: `${username}@example.org`, username, password: 'correct horse' },
    FROM,
  );
  const claims = verifyAccessToken(container.tokenKeys, begun.accessToken);
  const sessions = container.everyone.updateTable('sessions').where('id', '=', claims.sessionId);
  const agePerson = (days: number) =>
    sessions.set({ expires_at: sql<Date>`expires_at - make_interval(days => ${days})` }).execute();
  const daysLeft = async () => {
    const [session] = await listOwnSessions(container, claims);
    return (Date.parse(session?.expiresAt ?? '') - Date.now()) / 86_400_000;
  };
  expect(await daysLeft()).toBeCloseTo(30, 1);
  await agePerson(20);
  // Another 30 days would be too many: the token lives no longer than its session.
  const heir = await refresh(container, begun.refreshToken, { ...FROM, address: '192.0.2.9' });
  expect(await daysLeft()).toBeCloseTo(20, 1);
  expect((await listOwnSessions(container, claims))[0]).toMatchObject({ address: '192.0.2.9' });
  await agePerson(20);
  await expect(refresh(container, heir.refreshToken, FROM)).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
  const user = () =>
    asUser(container.db, claims.userId, (trx) => findSessionUser(trx, claims.userId, claims.sessionId));
  expect(await user()).toBeUndefined();
  await forgetExpired(container);
  expect(await container.everyone.selectFrom('sessions').selectAll().execute()).toEqual([]);
});
