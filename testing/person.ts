import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { type ApiClient, createApiClient, registerAccount } from '#cli/api-client.ts';
import type { SessionView } from '#shared/api/accounts.ts';
import type { FileView } from '#shared/api/files.ts';
import type { UploadView } from '#shared/api/uploads.ts';
import { createPasswords } from '#shared/auth/passwords.ts';
import { register } from '#shared/auth/register.ts';
import { readConfig } from '#shared/runtime/config.ts';
import { withParts } from '#shared/runtime/container/built-at-first-read.ts';
import { buildContainer } from '#shared/runtime/container.ts';

export interface Person extends ApiClient {
  session: SessionView;
  id: string;
  /** A raw request with this person's token. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

/** Where people are who ask over HTTP. */
const HERE = { address: '127.0.0.1', requestId: 'test', agent: undefined };
/** Over HTTP a new password takes 0.3 s of the processor that the functions work on; the first sign-in makes up for it. */
const QUICK_COST = 4;

/** A new account on the shared system, or, by its HTTP API, on the one at `url`. */
export async function newPerson(url?: string): Promise<Person> {
  const username = `p-${randomBytes(6).toString('hex')}`;
  const account = { email: `${username}@example.org`, username, password: `${username}-password` };
  const system = inject('system');
  if (url !== undefined) return toPerson(url, await registerAccount(url, account));
  const container = buildContainer(readConfig(system.env));
  try {
    const quick = withParts(container, { passwords: createPasswords(QUICK_COST) });
    return toPerson(system.url, await register(quick, account, HERE));
  } finally {
    await container.db.destroy();
  }
}

/** The same person with a new access token: one lives 15 minutes, which a long test can outlast. */
export async function renewed(person: Person, url = inject('system').url): Promise<Person> {
  const response = await fetch(`${url}/auth/refresh`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ refreshToken: person.session.refreshToken }),
  });
  if (!response.ok) throw new Error(`POST /auth/refresh answered ${response.status}`);
  return toPerson(url, (await response.json()) as SessionView);
}

function toPerson(url: string, session: SessionView): Person {
  return {
    ...createApiClient(url, session.accessToken),
    session,
    id: session.user.id,
    fetch: (path, init = {}) =>
      fetch(`${url}${path}`, {
        redirect: 'manual',
        ...init,
        headers: { authorization: `Bearer ${session.accessToken}`, ...init.headers },
      }),
  };
}

/** Announces and uploads bytes by presigned PUT. @returns the file as announced */
export async function uploadBytes(
  person: ApiClient,
  filename: string,
  bytes: Uint8Array<ArrayBuffer> | string,
  more: { contentType?: string; externalId?: string; sha256?: string } = {},
): Promise<FileView> {
  const body = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
  const { file, upload } = await person.request<{ file: FileView; upload: UploadView }>('POST', '/files', {
    filename,
    size: body.byteLength,
    ...more,
  });
  if (!('url' in upload)) throw new Error('Expected an upload by a single PUT');
  const response = await fetch(upload.url, { method: 'PUT', body, headers: upload.headers });
  if (!response.ok) throw new Error(`PUT answered ${response.status}: ${await response.text()}`);
  return file;
}

/** Sends bytes as a form. */
export function postForm(
  person: Person,
  filename: string,
  bytes: Uint8Array<ArrayBuffer> | string,
  contentType = '',
): Promise<Response> {
  const form = new FormData();
  form.append('file', new File([bytes], filename, { type: contentType }));
  return person.fetch('/files', { method: 'POST', body: form });
}

/** Polls until the file is READY or FAILED. @throws Error when that takes longer than `limitMs` */
export async function untilSettled(person: ApiClient, fileId: string, limitMs = 30_000): Promise<FileView> {
  return until(`file ${fileId} to settle`, limitMs, async () => {
    const file = await person.file(fileId);
    return file.status === 'READY' || file.status === 'FAILED' ? file : undefined;
  });
}

/** Asks again every 50 ms until there is an answer. */
export async function until<T>(what: string, limitMs: number, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`Waited ${limitMs} ms for ${what}`);
    await new Promise((resume) => setTimeout(resume, 50));
  }
}

/** The same person for a test that outlasts an access token: before one gets old, the next is fetched. */
export function lasting(person: Person, url = inject('system').url): Person {
  let current = person;
  let since = Date.now();
  const fresh = async (): Promise<Person> => {
    if (Date.now() - since > 600_000) {
      since = Date.now();
      current = await renewed(current, url);
    }
    return current;
  };
  return {
    ...person,
    request: async (method, path, body) => (await fresh()).request(method, path, body),
    file: async (id) => (await fresh()).file(id),
    fetch: async (path, init) => (await fresh()).fetch(path, init),
  };
}
