import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import type { DriveView } from '#shared/api/drive.ts';
import { type Person, until } from './person.ts';
import { pressConsent, type StandinDrive, standinDrive } from './standin-google.ts';

/** A Drive that a person of the shared system has connected. */
export interface TestDrive extends StandinDrive {
  /** Asks for a sync and waits until the files agree with the Drive. */
  sync(limitMs?: number): Promise<DriveView>;
}

/** Begins to connect. @returns Google's address and the cookie of this browser */
export async function beginConnecting(person: Person): Promise<{ authorizationUrl: string; cookie: string }> {
  const answer = await person.fetch('/drive/connect', { method: 'POST' });
  if (answer.status !== 200) throw new Error(`POST /drive/connect answered ${answer.status}: ${await answer.text()}`);
  const { authorizationUrl } = (await answer.json()) as { authorizationUrl: string };
  return { authorizationUrl, cookie: (answer.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '' };
}

/**
 * Connects the person to a new account whose Drive is empty but for `files`.
 * @param key the secret of the stand-in's client; the shared system's by default
 */
export async function connectDrive(
  person: Person,
  files: object[],
  key = inject('system').env.GOOGLE_CLIENT_SECRET ?? '',
): Promise<TestDrive> {
  const { authorizationUrl, cookie } = await beginConnecting(person);
  const drive = standinDrive(
    new URL(authorizationUrl).origin,
    key,
    `d-${randomBytes(6).toString('hex')}@drive.example`,
  );
  await drive.create(files);
  const callback = await pressConsent(authorizationUrl, { account: drive.account });
  const back = await fetch(callback, { headers: { cookie, accept: 'application/json' } });
  if (back.status !== 200) throw new Error(`the callback answered ${back.status}: ${await back.text()}`);
  return { ...drive, sync: (limitMs = 60_000) => syncNow(person, limitMs) };
}

async function syncNow(person: Person, limitMs: number): Promise<DriveView> {
  const before = await person.request<DriveView>('GET', '/drive');
  const asked = await person.fetch('/drive/sync', { method: 'POST' });
  if (asked.status !== 202) throw new Error(`POST /drive/sync answered ${asked.status}`);
  return until('the Drive to be synced', limitMs, async () => {
    const view = await person.request<DriveView>('GET', '/drive');
    return !view.syncing && view.lastSyncAt !== before.lastSyncAt ? view : undefined;
  });
}
