import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { asUser } from '#shared/db/as-user.ts';
import { recordAudit } from '#shared/db/audit-repository.ts';
import { forgetNetworks } from '#shared/db/cross-tenant.ts';
import { isFamiliarNetwork, rememberNetwork } from '#shared/db/familiar-networks-repository.ts';
import { insertUser } from '#shared/db/users-repository.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { type AccountChange, changeAccount } from './manage-accounts.ts';

let container: TestContainer;
beforeAll(async () => {
  container = await newTestContainer();
});
afterAll(() => container.close());

async function newUser(): Promise<string> {
  const id = randomUUID();
  await insertUser(container.everyone, { id, email: `${id}@example.org`, username: id, password_hash: '' });
  return id;
}

const change = (by: string | undefined, id: string, wanted: AccountChange) =>
  changeAccount(container, { id: by, from: undefined }, id, wanted);

it('somebody always administers, also when two take the role from each other at once', async () => {
  const [one, two] = [await newUser(), await newUser()];
  for (const id of [one, two]) await change(undefined, id, { role: 'admin' });
  for (const taking of [{ role: 'user' }, { disabled: true }] as const) {
    const outcomes = await Promise.allSettled([change(one, two, taking), change(two, one, taking)]);
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused.map(({ reason }) => reason.code)).toEqual(['CONFLICT']);
    for (const id of [one, two]) await change(undefined, id, { role: 'admin', disabled: false });
  }
  await change(one, two, { role: 'user' });
  for (const taking of [{ role: 'user' }, { disabled: true }] as const) {
    await expect(change(one, one, taking)).rejects.toMatchObject({ code: 'CONFLICT' });
  }
});

it('the audit log takes additions alone, and forgets a person as a whole', async () => {
  const { everyone: db } = container;
  const [person, other] = [await newUser(), await newUser()];
  const from = { address: '192.0.2.7', requestId: 'r' };
  await recordAudit(db, { action: 'login.succeeded', userId: person, actorId: person, from });
  await recordAudit(db, { action: 'account.disabled', userId: other, actorId: person, from });
  const appendOnly = /append-only/;
  await expect(sql`update audit_events set action = 'login.failed'`.execute(db)).rejects.toThrow(appendOnly);
  await expect(sql`delete from audit_events where user_id = ${person}`.execute(db)).rejects.toThrow(appendOnly);
  const owner = new pg.Client({ connectionString: container.config.DATABASE_URL });
  await owner.connect();
  await expect(owner.query('truncate audit_events')).rejects.toThrow(appendOnly);
  await owner.end();
  // Nobody's log but one's own: the function removes rows that no other statement can.
  const erase = (by: string) =>
    asUser(container.db, by, (trx) => sql`select erase_audit_events(${person})`.execute(trx));
  const events = () => db.selectFrom('audit_events').select('id').where('user_id', '=', person).execute();
  await expect(erase(other)).rejects.toThrow(/its person alone/);
  await expect(sql`select erase_audit_events(${person})`.execute(container.db)).rejects.toThrow(/its person alone/);
  expect(await events()).toHaveLength(1);
  await erase(person);
  const left = await db.selectFrom('audit_events').selectAll().where('user_id', 'in', [person, other]).execute();
  expect(left).toMatchObject([{ user_id: other, action: 'account.disabled', actor_id: null, address: null }]);
});

it('no call makes a network strange to a person who used it within three months', async () => {
  const person = await newUser();
  await asUser(container.db, person, (trx) => rememberNetwork(trx, person, '192.0.2.0'));
  await forgetNetworks(container.db, new Date(Date.now() + 86_400_000));
  expect(await asUser(container.db, person, (trx) => isFamiliarNetwork(trx, person, '192.0.2.0'))).toBe(true);
});
