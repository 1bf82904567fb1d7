import { randomBytes, randomUUID } from 'node:crypto';
import type { FileRow } from '#shared/db/schema.ts';
import { connectDrive, finishConnecting } from '#shared/drive/connect-drive.ts';
import { type SyncDriveDeps, syncDrive } from '#shared/drive/sync-drive.ts';
import { pressConsent, type StandinDrive, standinDrive } from './standin-google.ts';
import type { TestContainer } from './test-container.ts';

/** A connected Drive that is synced by this test alone, slice by slice, with no pipeline behind it. */
export interface SyncedDrive extends StandinDrive {
  userId: string;
  /** One slice, whatever delay an earlier one had set. */
  sync(deps?: SyncDriveDeps): Promise<void>;
  /** The person consents again, as the same account unless another is named. */
  connect(account?: string): Promise<void>;
  /** What is not deleted, by the item's id. */
  files(): Promise<Map<string, FileRow>>;
}

export async function newSyncedDrive(container: TestContainer, items: object[]): Promise<SyncedDrive> {
  const userId = randomUUID();
  const name = `d-${randomBytes(6).toString('hex')}`;
  await container.everyone
    .insertInto('users')
    .values({ id: userId, email: `${name}@example.org`, username: name, password_hash: '-' })
    .execute();
  const { authorizationUrl } = await connectDrive(container, userId);
  const drive = standinDrive(
    new URL(authorizationUrl).origin,
    container.config.GOOGLE_CLIENT_SECRET ?? '',
    `${name}@drive.example`,
  );
  await drive.create(items);
  const connect = (account = drive.account) => consent(container, userId, account);
  await connect();
  return {
    ...drive,
    userId,
    connect,
    async sync(deps = container) {
      const due = { next_attempt_at: new Date(0) };
      await container.everyone.updateTable('drive_connections').set(due).where('user_id', '=', userId).execute();
      await syncDrive(deps, { userId });
    },
    async files() {
      const rows = await container.everyone
        .selectFrom('files')
        .selectAll()
        .where('user_id', '=', userId)
        .where('deleted_at', 'is', null)
        .execute();
      return new Map(rows.map((row) => [row.external_id ?? '', row]));
    },
  };
}

async function consent(container: TestContainer, userId: string, account: string): Promise<void> {
  const { authorizationUrl, nonce } = await connectDrive(container, userId);
  const back = new URL(await pressConsent(authorizationUrl, { account }));
  const given = (key: string): string | undefined => back.searchParams.get(key) ?? undefined;
  await finishConnecting(container, { state: given('state'), code: given('code'), nonce, error: undefined });
}
