import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { asUser } from '#shared/db/as-user.ts';
import { insertNotice } from '#shared/db/notices-repository.ts';
import { insertTestUser } from '#testing/stored-file.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { listOwnNotices } from './list-own-notices.ts';
import { sendNotices } from './send-notices.ts';

interface Received {
  to: string[];
  text: string;
}

const received: Received[] = [];
let refuses = false;
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onData(stream, session, done) {
    stream.toArray().then((parts) => {
      if (refuses) return done(new Error('mailbox busy'));
      received.push({
        to: session.envelope.rcptTo.map(({ address }) => address),
        text: Buffer.concat(parts).toString(),
      });
      return done();
    }, done);
  },
});

let container: TestContainer;
beforeAll(async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const { port } = server.server.address() as AddressInfo;
  container = await newTestContainer({
    SMTP_URL: `smtp://127.0.0.1:${port}`,
    MAIL_FROM: 'omnirag@example.org',
  });
});
afterAll(async () => {
  await container.close();
  await new Promise<void>((closed) => server.close(closed));
});

function send(): Promise<number> {
  return sendNotices(container);
}

it('the address an account had gets one mail, as soon as the mail server takes it', async () => {
  const userId = await insertTestUser(container.everyone);
  const before = `${userId}@example.org`;
  await asUser(container.db, userId, (trx) => insertNotice(trx, { userId, kind: 'email.changed', address: before }));
  refuses = true;
  expect(await send()).toBe(0);
  expect(await listOwnNotices(container, userId)).toMatchObject([{ mailedAt: null }]);
  refuses = false;
  // Its turn comes again a minute after the first attempt.
  expect(await send()).toBe(0);
  await container.everyone
    .updateTable('notices')
    .set({ next_attempt_at: new Date(0) })
    .execute();
  expect(await Promise.all([send(), send()])).toEqual(expect.arrayContaining([0, 1]));
  expect(await send()).toBe(0);
  expect(received.map(({ to }) => to)).toEqual([[before]]);
  expect(received[0]?.text).toMatch(/^From: omnirag@example\.org/m);
  expect(received[0]?.text).toContain('email address of this account was changed');
  expect(await listOwnNotices(container, userId)).toMatchObject([
    { kind: 'email.changed', address: before, mailedAt: expect.stringMatching(/Z$/) },
  ]);
});
