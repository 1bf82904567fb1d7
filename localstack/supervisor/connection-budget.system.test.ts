import { expect, inject, it } from 'vitest';
import { withClient } from '#localstack/postgres/with-client.ts';
import { assertConnectionBudget } from './connection-budget.ts';

const url = inject('system').env.DATABASE_URL ?? '';

it('the local cloud takes no more connections than its database lets in', async () => {
  await assertConnectionBudget(url, Number(inject('system').env.DATABASE_POOL_MAX));
});

it('pools that are too large are refused, with the number that fits', async () => {
  // Three are kept for superusers, who own the embedded database and may not own another.
  await expect(assertConnectionBudget(url, 50)).rejects.toThrow(
    /DATABASE_POOL_MAX=50 needs up to 156 connections, but max_connections.* is (100: set DATABASE_POOL_MAX to 31|97: set DATABASE_POOL_MAX to 30) or less/,
  );
});

// Making roles takes a superuser, which the embedded server's account is.
const isSuperuser = !process.env.DATABASE_URL;
if (!isSuperuser) console.warn('NOT TESTED on this database: the limit of a role. It takes a superuser.');

it.skipIf(!isSuperuser)('limits of the role and of the database count, too', async () => {
  const name = `few_${process.pid}`;
  const limited = new URL(url);
  Object.assign(limited, { username: name, password: 'few' });
  await withClient({ connectionString: url }, async (client) => {
    await client.query(`create role ${name} login password 'few' connection limit 5`);
    try {
      await expect(assertConnectionBudget(limited.href, 10)).rejects.toThrow(
        'the connection limit of the role of DATABASE_URL is 5: raise that limit to 36 or more.',
      );
    } finally {
      await client.query(`drop role ${name}`);
    }
  });
});
