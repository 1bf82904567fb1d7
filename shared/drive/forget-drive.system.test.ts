import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withParts } from '#shared/runtime/container/built-at-first-read.ts';
import { standinDrive } from '#testing/standin-google.ts';
import { newSyncedDrive, type SyncedDrive } from '#testing/synced-drive.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { disconnectDrive } from './disconnect-drive.ts';
import { driveProvider } from './drive-provider.ts';
import { forgetDrive } from './forget-drive.ts';
import { removeItemFile } from './item-file.ts';
import { LeaseLostError } from './sync-run.ts';

let container: TestContainer;
beforeAll(async () => {
  container = await newTestContainer({ LOG_LEVEL: 'silent' });
});
afterAll(() => container.close());

const ITEMS = Array.from({ length: 8 }, (_, n) => ({ id: `i${n}`, name: `n${n}.txt`, content: `text ${n}` }));
const IDS = ITEMS.map(({ id }) => id);

/** Forgets the Drive; when three of its files are deleted, `meanwhile` happens before it goes on. */
async function forgetWith(drive: SyncedDrive, meanwhile: () => Promise<void>): Promise<void> {
  let told = 0;
  await forgetDrive(
    withParts(container, {
      queue: {
        ...container.queue,
        async send(...message) {
          await container.queue.send(...message);
          if (message[0] !== 'publish') return;
          told += 1;
          if (told === 3) await meanwhile();
        },
      },
    }),
    drive.userId,
  );
}

const filesOf = async (drive: SyncedDrive): Promise<string[]> => [...(await drive.files()).keys()].sort();

it('a Drive that is connected again while its files are being deleted has them all again', async () => {
  const drive = await newSyncedDrive(container, ITEMS);
  await drive.sync();
  expect(await filesOf(drive)).toEqual(IDS);
  await disconnectDrive(container, drive.userId, 'delete');
  await forgetWith(drive, async () => {
    expect(await filesOf(drive)).toHaveLength(5);
    await drive.connect();
    await drive.sync();
  });
  await drive.sync();
  expect(await filesOf(drive)).toEqual(IDS);
  // And it goes on to follow the Drive.
  await drive.create([{ id: 'later', name: 'later.txt', content: 'comes later' }]);
  await drive.sync();
  expect(await filesOf(drive)).toEqual([...IDS, 'later']);
});

it('of another account that is connected meanwhile only that one has files', async () => {
  const drive = await newSyncedDrive(container, ITEMS);
  await drive.sync();
  await disconnectDrive(container, drive.userId, 'delete');
  const account = `o-${randomBytes(6).toString('hex')}@drive.example`;
  await standinDrive(
    container.config.GOOGLE_API_ROOT ?? '',
    container.config.GOOGLE_CLIENT_SECRET ?? '',
    account,
  ).create([{ id: 'other', name: 'other.txt', content: 'of another account' }]);
  await forgetWith(drive, async () => {
    await drive.connect(account);
    await drive.sync();
  });
  await drive.sync();
  expect(await filesOf(drive)).toEqual(['other']);
});

it('a run that has lost its lease deletes no file', async () => {
  const drive = await newSyncedDrive(container, ITEMS.slice(0, 1));
  await drive.sync();
  const { userId } = drive;
  const find = (table: 'drive_items' | 'drive_connections') =>
    container.everyone.selectFrom(table).selectAll().where('user_id', '=', userId);
  const item = await find('drive_items').executeTakeFirstOrThrow();
  const connection = await find('drive_connections').executeTakeFirstOrThrow();
  const run = {
    deps: container,
    claim: { userId, connectionId: connection.id, holder: randomUUID() },
    connection,
    drive: driveProvider(container).open('none'),
    timeIsUp: () => false,
  };
  await expect(removeItemFile(run, item)).rejects.toThrow(LeaseLostError);
  expect(await filesOf(drive)).toEqual(['i0']);
});
