import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DriveView } from '#shared/api/drive.ts';
import type { FileView } from '#shared/api/files.ts';
import type { SearchAnswer } from '#shared/api/search.ts';
import { beginConnecting, connectDrive, type TestDrive } from '#testing/google.ts';
import { newPerson, type Person, until } from '#testing/person.ts';
import { pressConsent } from '#testing/standin-google.ts';

const FOLDER = 'application/vnd.google-apps.folder';
const DOCUMENT = 'application/vnd.google-apps.document';

async function problem(answer: Response): Promise<{ status: number; code: string }> {
  const { code } = (await answer.json()) as { code: string };
  return { status: answer.status, code };
}

async function namesFound(person: Person, query: string): Promise<string[]> {
  const { results } = await person.request<SearchAnswer>('POST', '/search', {
    query,
    mode: 'keyword',
    groupBy: 'file',
  });
  return results.map(({ filename }) => filename);
}

async function filesOf(person: Person): Promise<FileView[]> {
  return (await person.request<{ items: FileView[] }>('GET', '/files?limit=100')).items;
}

/** Waits until every file of the person has come to its end. */
function untilAllSettled(person: Person): Promise<FileView[]> {
  return until('all files to settle', 60_000, async () => {
    const files = await filesOf(person);
    return files.every(({ status }) => status === 'READY' || status === 'FAILED') ? files : undefined;
  });
}

describe('the callback', () => {
  let person: Person;
  beforeAll(async () => {
    person = await newPerson();
  });
  const callback = (address: string, cookie = '') =>
    fetch(address, { headers: { cookie, accept: 'application/json' } });
  const notConnected = async () => {
    expect((await person.request<DriveView>('GET', '/drive')).status).toBe('NOT_CONNECTED');
  };

  it('links nothing in another browser than the one that began, nor for a forged or missing state', async () => {
    const { authorizationUrl, cookie } = await beginConnecting(person);
    const address = await pressConsent(authorizationUrl);
    expect(await problem(await callback(address))).toEqual({ status: 400, code: 'OAUTH_STATE_INVALID' });
    const other = await beginConnecting(await newPerson());
    expect(await problem(await callback(address, other.cookie))).toMatchObject({ code: 'OAUTH_STATE_INVALID' });
    const forged = new URL(address);
    forged.searchParams.set('state', randomBytes(32).toString('base64url'));
    expect(await problem(await callback(forged.href, cookie))).toMatchObject({ code: 'OAUTH_STATE_INVALID' });
    forged.searchParams.delete('state');
    expect(await problem(await callback(forged.href, cookie))).toMatchObject({ code: 'OAUTH_STATE_INVALID' });
    await notConnected();
  });

  it('says that the person refused, that the code is bad, that the scope is missing', async () => {
    const denied = await beginConnecting(person);
    const refusal = await pressConsent(denied.authorizationUrl, { decision: 'deny' });
    expect(await problem(await callback(refusal, denied.cookie))).toEqual({ status: 400, code: 'OAUTH_DENIED' });

    const bad = await beginConnecting(person);
    const address = new URL(await pressConsent(bad.authorizationUrl));
    address.searchParams.set('code', '4/none');
    expect(await problem(await callback(address.href, bad.cookie))).toMatchObject({ code: 'OAUTH_EXCHANGE_FAILED' });

    const less = await beginConnecting(person);
    const unscoped = await pressConsent(less.authorizationUrl, { scope: undefined });
    expect(await problem(await callback(unscoped, less.cookie))).toMatchObject({ code: 'OAUTH_SCOPE_MISSING' });

    const online = await beginConnecting(person);
    const brief = await pressConsent(online.authorizationUrl, { access_type: 'online' });
    expect(await problem(await callback(brief, online.cookie))).toMatchObject({ code: 'OAUTH_EXCHANGE_FAILED' });
    await notConnected();
  });

  it('works once, and shows a page to a browser', async () => {
    const { authorizationUrl, cookie } = await beginConnecting(person);
    const address = await pressConsent(authorizationUrl, { account: `once-${person.id}@drive.example` });
    const page = await fetch(address, { headers: { cookie, accept: 'text/html' } });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain(`once-${person.id}@drive.example`);
    expect(await problem(await callback(address, cookie))).toMatchObject({ code: 'OAUTH_STATE_INVALID' });
  });
});

describe('a connected Drive', () => {
  let person: Person;
  let drive: TestDrive;
  beforeAll(async () => {
    person = await newPerson();
    drive = await connectDrive(person, [
      { id: 'f-kitchen', name: 'Kitchen', mimeType: FOLDER },
      { id: 'f-deep', name: 'Deep', mimeType: FOLDER, parent: 'f-kitchen' },
      {
        id: 'bread',
        name: 'bread.md',
        mimeType: 'text/markdown',
        parent: 'f-deep',
        content: 'Sourdough rests fourteen hours.',
      },
      { id: 'soup', name: 'soup.txt', parent: 'f-kitchen', content: 'The borscht wants beetroot and dill.' },
      { id: 'plan', name: 'Plan/2026', mimeType: DOCUMENT, content: '# Plan\n\nThe cistern is cleaned in April.' },
      { id: 'short', name: 'a shortcut', mimeType: 'application/vnd.google-apps.shortcut', targetId: 'soup' },
      { id: 'film', name: 'film.xyz', mimeType: 'video/unknown', content: 'not to be read' },
    ]);
    await drive.sync();
    await untilAllSettled(person);
  });

  it('is found by its words, each file once, and says what cannot be read', async () => {
    expect(await namesFound(person, 'sourdough')).toEqual(['bread.md']);
    expect(await namesFound(person, 'cistern')).toEqual(['Plan-2026.md']);
    expect(await namesFound(person, 'borscht')).toEqual(['soup.txt']);
    const files = await filesOf(person);
    expect(files.map(({ filename, status, source }) => [filename, status, source]).sort()).toEqual([
      ['Plan-2026.md', 'READY', 'drive'],
      ['bread.md', 'READY', 'drive'],
      ['film.xyz', 'FAILED', 'drive'],
      ['soup.txt', 'READY', 'drive'],
    ]);
    expect(files.find(({ filename }) => filename === 'film.xyz')?.error?.code).toBe('UNSUPPORTED_TYPE');
    expect(await namesFound(await newPerson(), 'sourdough')).toEqual([]);
  });

  it('follows every change, and fetches only what changed', async () => {
    const before = await drive.requests();
    const fetches = async () => {
      const { counts } = await drive.requests();
      const total = (counts['files.media'] ?? 0) + (counts['files.export'] ?? 0);
      return total - ((before.counts['files.media'] ?? 0) + (before.counts['files.export'] ?? 0));
    };
    await drive.edit('soup', { content: 'The borscht wants parsnip as well.' });
    await drive.sync();
    await until('the new words to be found', 30_000, async () =>
      (await namesFound(person, 'parsnip')).length > 0 ? true : undefined,
    );
    expect(await fetches()).toBe(1);

    await drive.edit('bread', { name: 'loaf.md' });
    await drive.sync();
    expect(await namesFound(person, 'sourdough')).toEqual(['loaf.md']);

    await drive.edit('f-kitchen', { trashed: true });
    await drive.sync();
    expect(await namesFound(person, 'sourdough parsnip')).toEqual([]);
    expect(await fetches()).toBe(1);

    await drive.edit('f-kitchen', { trashed: false });
    await drive.sync();
    await untilAllSettled(person);
    expect(await namesFound(person, 'sourdough')).toEqual(['loaf.md']);

    await drive.remove('f-deep');
    await drive.sync();
    expect(await namesFound(person, 'sourdough')).toEqual([]);
    expect(await namesFound(person, 'cistern')).toEqual(['Plan-2026.md']);
  });

  it('costs one request when nothing is new', async () => {
    await drive.sync();
    const before = (await drive.requests()).counts;
    await drive.sync();
    const after = (await drive.requests()).counts;
    const cost = Object.fromEntries(
      Object.entries(after).map(([operation, count]) => [operation, count - (before[operation] ?? 0)]),
    );
    const { token, ...requests } = cost;
    expect(token).toBeGreaterThan(0);
    // The schedule may have looked meanwhile as well; it asks the same one question.
    expect(Object.keys(requests).filter((operation) => (requests[operation] ?? 0) > 0)).toEqual(['changes.list']);
  });

  it('keeps only chosen folders', async () => {
    const answer = await person.fetch('/drive', {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ folderIds: ['soup'] }),
    });
    expect(await problem(answer)).toMatchObject({ code: 'VALIDATION_ERROR' });
    await person.request('PATCH', '/drive', { folderIds: ['f-kitchen'] });
    await drive.sync();
    expect(await namesFound(person, 'cistern')).toEqual([]);
    await person.request('PATCH', '/drive', { folderIds: [] });
    await drive.sync();
    await untilAllSettled(person);
    expect(await namesFound(person, 'cistern')).toEqual(['Plan-2026.md']);
  });

  it('stops when the consent is withdrawn, and says so', async () => {
    await drive.control('POST', `/drives/${drive.account}/revoke`);
    await person.fetch('/drive/sync', { method: 'POST' });
    const view = await until('the status to tell', 30_000, async () => {
      const status = await person.request<DriveView>('GET', '/drive');
      return status.status === 'REAUTH_REQUIRED' ? status : undefined;
    });
    expect(view.lastError?.code).toBe('REAUTH_REQUIRED');
    expect(await problem(await person.fetch('/drive/sync', { method: 'POST' }))).toEqual({
      status: 409,
      code: 'REAUTH_REQUIRED',
    });
  });

  it('is forgotten with its files', async () => {
    expect((await person.fetch('/drive?files=delete', { method: 'DELETE' })).status).toBe(204);
    await until('the files to go', 30_000, async () => ((await filesOf(person)).length === 0 ? true : undefined));
    expect(await person.request<DriveView>('GET', '/drive')).toMatchObject({ status: 'NOT_CONNECTED', account: null });
  });
});
