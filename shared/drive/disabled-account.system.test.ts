import { afterAll, beforeAll, expect, it } from 'vitest';
import { newSyncedDrive } from '#testing/synced-drive.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';

let container: TestContainer;
beforeAll(async () => {
  container = await newTestContainer({ LOG_LEVEL: 'silent' });
});
afterAll(() => container.close());

it('the Drive of a disabled account waits until it is enabled, and nothing of it is lost', async () => {
  const drive = await newSyncedDrive(container, [{ id: 'a', name: 'a.txt', content: 'one' }]);
  const enable = (disabled_at: Date | null) =>
    container.everyone.updateTable('users').set({ disabled_at }).where('id', '=', drive.userId).execute();
  await enable(new Date());
  await drive.sync();
  expect(await drive.files()).toEqual(new Map());
  await enable(null);
  await drive.sync();
  expect([...(await drive.files()).values()]).toMatchObject([{ filename: 'a.txt', status: 'UPLOADING' }]);
});
