import { randomBytes } from 'node:crypto';
import type { DriveView } from '#shared/api/drive.ts';
import { type Person, until } from './person.ts';

/** A person's Drive at the stand-in for Google, as its owner uses it. */
export interface TestDrive {
  account: string;
  /** A plain request to the stand-in. @throws Error when it answers an error */
  control(method: string, path: string, body?: object): Promise<unknown>;
  create(files: object[]): Promise<{ id: string; name: string }[]>;
  edit(id: string, edit: object): Promise<void>;
  remove(id: string): Promise<void>;
  /** Requests by operation since the last reset, and the ids of the files whose bytes were asked for. */
  requests(): Promise<{ counts: Record<string, number>; fetched: string[] }>;
  /** Asks for a sync and waits until the files agree with the Drive. */
  sync(limitMs?: number): Promise<DriveView>;
}

/** Opens the consent page and presses its form, as a browser would. @returns where the browser is sent */
export async function pressConsent(address: string, change: Record<string, string | undefined> = {}): Promise<string> {
  const page = await (await fetch(address)).text();
  const form = new URLSearchParams();
  for (const [, name = '', value = ''] of page.matchAll(/<input name="([^"]+)" value="([^"]*)"/g)) {
    form.append(name, value);
  }
  for (const [name, value] of Object.entries(change)) value === undefined ? form.delete(name) : form.set(name, value);
  const action = /action="([^"]+)"/.exec(page)?.[1] ?? '';
  const answer = await fetch(new URL(action, address), { method: 'POST', body: form, redirect: 'manual' });
  return answer.headers.get('location') ?? '';
}

/** Begins to connect. @returns Google's address and the cookie of this browser */
export async function beginConnecting(person: Person): Promise<{ authorizationUrl: string; cookie: string }> {
  const answer = await person.fetch('/drive/connect', { method: 'POST' });
  if (answer.status !== 200) throw new Error(`POST /drive/connect answered ${answer.status}: ${await answer.text()}`);
  const { authorizationUrl } = (await answer.json()) as { authorizationUrl: string };
  return { authorizationUrl, cookie: (answer.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '' };
}

/** Connects the person to a new account whose Drive is empty but for `files`. */
export async function connectDrive(person: Person, files: object[]): Promise<TestDrive> {
  const account = `d-${randomBytes(6).toString('hex')}@drive.example`;
  const { authorizationUrl, cookie } = await beginConnecting(person);
  const { origin } = new URL(authorizationUrl);
  const control: TestDrive['control'] = async (method, path, body) => {
    const init = body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {};
    const answer = await fetch(`${origin}/standin${path}`, { method, ...init });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? undefined : answer.json();
  };
  const create = async (items: object[]) =>
    ((await control('POST', `/drives/${account}/files`, { files: items })) as { files: { id: string; name: string }[] })
      .files;
  await create(files);
  const callback = await pressConsent(authorizationUrl, { account });
  const back = await fetch(callback, { headers: { cookie, accept: 'application/json' } });
  if (back.status !== 200) throw new Error(`the callback answered ${back.status}: ${await back.text()}`);
  return {
    account,
    control,
    create,
    edit: async (id, edit) => void (await control('PATCH', `/drives/${account}/files/${id}`, edit)),
    remove: async (id) => void (await control('DELETE', `/drives/${account}/files/${id}`)),
    requests: async () => {
      const { byAccount, fetched } = (await control('GET', '/requests')) as {
        byAccount: Record<string, Record<string, number>>;
        fetched: string[];
      };
      return { counts: byAccount[account] ?? {}, fetched };
    },
    sync: (limitMs = 60_000) => syncNow(person, limitMs),
  };
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
