import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findStalledArrivals, leaveOutArrived } from '#shared/db/cross-tenant.ts';
import { openDatabase } from '#shared/db/database.ts';
import { forgiveInterrupted } from '#shared/db/forgive-interrupted.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { withParts } from '#shared/runtime/container/built-at-first-read.ts';
import { insertTestUser } from '#testing/stored-file.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { acceptArrival } from './accept-arrival.ts';
import { noteArrived } from './note-arrival.ts';

let container: TestContainer;
beforeEach(async () => {
  container = await newTestContainer();
});
afterEach(() => container.close());

/** Of bytes; see `isQuickToRead`. */
const LONG = 129 * 1024;

const accept = (arrivalId: string = randomUUID()) => acceptArrival(container, { arrivalId });
const note = (key: string, etag?: string) => noteArrived(container, { key, etag });
const arrivals = () => container.everyone.selectFrom('arrivals').selectAll().execute();

/** An object that lies in the incoming bucket, too long to be gone on with at once. */
async function drop(userId: string, name: string): Promise<string> {
  const key = `drop/${userId}/${name}`;
  await container.storage.write('incoming', key, Buffer.from(`text of ${name}`.padEnd(LONG)), 'text/plain');
  return key;
}

const filesOf = (userId: string) =>
  container.everyone.selectFrom('files').selectAll().where('user_id', '=', userId).execute();

describe('an object that came', () => {
  it('is taken in when its turn comes', async () => {
    const userId = await insertTestUser(container.everyone);
    const key = await drop(userId, 'a.txt');
    await note(key);
    expect(await filesOf(userId)).toEqual([]);
    expect(await container.queue.waiting('accept')).toBe(1);
    await accept();
    expect(await filesOf(userId)).toMatchObject([{ filename: 'a.txt', status: 'STORED' }]);
    expect(await container.storage.head('incoming', key)).toBeUndefined();
    expect(await arrivals()).toEqual([]);
    expect(await container.queue.waiting('extract')).toBe(1);
  });

  it('waits one turn behind another’s 1,500, however long those have been there', async () => {
    const [many, other] = [await insertTestUser(container.everyone), await insertTestUser(container.everyone)];
    await container.everyone
      .insertInto('arrivals')
      .values(
        Array.from({ length: 1_500 }, (_, n) => ({ object_key: `drop/${many}/${n}.txt`, user_id: many, etag: null })),
      )
      .execute();
    await accept();
    await note(await drop(other, 'single.txt'));
    await accept();
    await accept();
    expect(await filesOf(other)).toMatchObject([{ filename: 'single.txt', status: 'STORED' }]);
    expect(await arrivals()).toHaveLength(1_500 - 2);
  });

  it('is one arrival however often it is told of, and nobody’s is none', async () => {
    const userId = await insertTestUser(container.everyone);
    const key = await drop(userId, 'a.txt');
    for (let time = 0; time < 3; time += 1) await note(key);
    await note(`drop/${randomUUID()}/a.txt`);
    await note(`uploads/${randomUUID()}`);
    await note('elsewhere/a.txt');
    expect(await arrivals()).toHaveLength(1);
    for (let time = 0; time < 3; time += 1) await accept();
    expect(await filesOf(userId)).toHaveLength(1);
  });

  it('is left out of what the sweep tells of again, so that it hides nobody’s whose event was lost', async () => {
    const userId = await insertTestUser(container.everyone);
    const [known, lost] = [await drop(userId, 'known.txt'), await drop(userId, 'lost.txt')];
    await note(known);
    expect(await leaveOutArrived(container.db, [known, lost])).toEqual([lost]);
    expect(await findStalledArrivals(container.db, 0, 10)).toEqual((await arrivals()).map(({ id }) => id));
    await accept();
    expect(await leaveOutArrived(container.db, [known, lost])).toEqual([known, lost]);
    expect(await findStalledArrivals(container.db, 0, 10)).toEqual([]);
  });

  it('stays when other bytes took its place while it was taken in', async () => {
    const userId = await insertTestUser(container.everyone);
    const key = await drop(userId, 'a.txt');
    const { etag = '' } = (await container.storage.head('incoming', key)) ?? {};
    await note(key, etag);
    const head = container.storage.head.bind(container.storage);
    // The second event comes when the first is being worked on.
    const storage = Object.create(container.storage, {
      head: {
        value: async (...of: Parameters<typeof head>) => {
          const info = await head(...of);
          await note(key, 'of-other-bytes');
          return info;
        },
      },
    });
    await acceptArrival(withParts(container, { storage }), { arrivalId: randomUUID() });
    expect(await arrivals()).toMatchObject([{ etag: 'of-other-bytes', lease_holder: null, attempts: 0 }]);
  });
});

describe('what does not end in order', () => {
  /** The worker dies: nobody gives the lease back. */
  async function dies(): Promise<void> {
    const storage = Object.create(container.storage, {
      head: {
        value: async () => {
          await container.everyone.updateTable('arrivals').set({ lease_holder: randomUUID() }).execute();
          throw new Error('the process died');
        },
      },
    });
    await acceptArrival(withParts(container, { storage }), { arrivalId: randomUUID() });
    await container.everyone
      .updateTable('arrivals')
      .set({ lease_expires_at: new Date(0) })
      .execute();
    await container.everyone.updateTable('turns').set({ at: new Date() }).execute();
  }

  it('is refused after five workers that it ended, and its object goes', async () => {
    const userId = await insertTestUser(container.everyone);
    const key = await drop(userId, 'killer.txt');
    await note(key);
    for (let time = 1; time <= 5; time += 1) {
      await dies();
      expect(await arrivals()).toMatchObject([{ attempts: time }]);
    }
    await accept();
    expect(await filesOf(userId)).toMatchObject([{ status: 'FAILED', error_code: 'PROCESSING_FAILED' }]);
    expect((await filesOf(userId))[0]?.error_message).toContain('stopped 5 times');
    expect(await container.storage.head('incoming', key)).toBeUndefined();
    expect(await arrivals()).toEqual([]);
  });

  it('is forgiven when everything was stopped', async () => {
    const userId = await insertTestUser(container.everyone);
    await note(await drop(userId, 'a.txt'));
    await dies();
    await forgiveInterrupted(container.config.DATABASE_URL);
    expect(await arrivals()).toMatchObject([{ attempts: 0, lease_holder: null }]);
  });

  describe('fails again and again', () => {
    const makeDue = () => container.everyone.updateTable('arrivals').set({ due_at: new Date() }).execute();
    const acceptWith = async (change: PropertyDescriptorMap, log = container.log) => {
      await makeDue();
      await acceptArrival(withParts(container, { log, storage: Object.create(container.storage, change) }), {
        arrivalId: randomUUID(),
      });
    };
    const failing = (reason: Error) => ({ value: () => Promise.reject(reason) });

    it('is refused the fifth time, where nothing that it needs was away', async () => {
      const userId = await insertTestUser(container.everyone);
      const key = await drop(userId, 'a.txt');
      await note(key);
      const owner = openDatabase({ url: container.config.DATABASE_URL, poolMax: 1 });
      await sql`alter table files add constraint mistake check (status <> 'STORED')`.execute(owner);
      await owner.destroy();
      for (let time = 1; time < 5; time += 1) {
        await acceptWith({});
        expect(await arrivals()).toMatchObject([{ faults: time, lease_holder: null }]);
      }
      await acceptWith({});
      const [file] = await filesOf(userId);
      expect(file).toMatchObject({ status: 'FAILED', error_code: 'PROCESSING_FAILED' });
      expect(file?.error_message).toContain('occurred 5 times. Upload the file again');
      expect(await arrivals()).toEqual([]);
      expect(await container.storage.head('incoming', key)).toBeUndefined();
    });

    it('is said as an error and delivered again when it cannot even be refused', async () => {
      const userId = await insertTestUser(container.everyone);
      await note(await drop(userId, 'a.txt'));
      const told: string[] = [];
      const log = {
        info: () => undefined,
        warn: () => undefined,
        error: (_: object, message: string) => void told.push(message),
      };
      for (let time = 1; time < 5; time += 1) await acceptWith({ head: failing(new Error('a mistake')) }, log);
      expect(told).toEqual([]);
      for (let time = 5; time < 7; time += 1) {
        await expect(acceptWith({ head: failing(new Error('a mistake')) }, log)).rejects.toThrow('a mistake');
      }
      expect(told).toEqual(Array(2).fill('an object could be neither ingested nor rejected'));
      const [waiting] = await arrivals();
      expect(waiting).toMatchObject({ faults: 6, lease_holder: null });
      // Sooner than the message comes back, which would otherwise find nothing to do and be acknowledged.
      expect(waiting?.due_at.getTime()).toBeLessThan(Date.now() + 40_000);
    });

    it('waits for as long as a part of the system is away', async () => {
      const userId = await insertTestUser(container.everyone);
      const key = await drop(userId, 'a.txt');
      await note(key);
      for (let time = 0; time < 7; time += 1) {
        await acceptWith({ head: failing(new AppError('DEPENDENCY_UNAVAILABLE')) });
      }
      expect(await arrivals()).toMatchObject([{ failures: 7, faults: 0 }]);
      await makeDue();
      await accept();
      expect(await filesOf(userId)).toMatchObject([{ status: 'STORED' }]);
    });

    it('begins anew with other bytes', async () => {
      const userId = await insertTestUser(container.everyone);
      const key = await drop(userId, 'a.txt');
      await note(key, 'of-the-first');
      for (let time = 1; time < 5; time += 1) await acceptWith({ head: failing(new Error('a mistake')) });
      await note(key, 'of-the-second');
      expect(await arrivals()).toMatchObject([{ faults: 0 }]);
    });
  });

  it('waits and is tried again when a part of the system is away', async () => {
    const userId = await insertTestUser(container.everyone);
    await note(await drop(userId, 'a.txt'));
    const storage = Object.create(container.storage, { head: { value: () => Promise.reject(new Error('away')) } });
    await acceptArrival(withParts(container, { storage }), { arrivalId: randomUUID() });
    const [waiting] = await arrivals();
    expect(waiting).toMatchObject({ failures: 1, attempts: 0, lease_holder: null });
    expect(waiting?.due_at.getTime()).toBeGreaterThan(Date.now());
    await accept();
    expect(await filesOf(userId)).toEqual([]);
    await container.everyone.updateTable('arrivals').set({ due_at: new Date() }).execute();
    await accept();
    expect(await filesOf(userId)).toMatchObject([{ status: 'STORED' }]);
  });
});
