import { inject } from 'vitest';
import { changeAccount } from '#shared/auth/manage-accounts.ts';
import { openDatabase } from '#shared/db/database.ts';
import { newPerson, type Person } from './person.ts';

/** A new account on the shared system that administers it. */
export async function newAdmin(): Promise<Person> {
  const { env } = inject('system');
  const person = await newPerson();
  const db = openDatabase({ url: env.DATABASE_URL ?? '', poolMax: 1 });
  try {
    await changeAccount({ db }, { id: undefined, from: undefined }, person.id, { role: 'admin' });
  } finally {
    await db.destroy();
  }
  return person;
}
