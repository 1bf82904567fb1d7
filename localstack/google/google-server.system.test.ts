import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodeChallengeMethod, OAuth2Client } from 'google-auth-library';
import { drive, type drive_v3 } from 'googleapis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GoogleServer, startGoogle } from './google-server.ts';

const SCOPE = 'https://www.googleapis.com/auth/drive.readonly';
const REDIRECT = 'http://127.0.0.1:9/drive/callback';
const CLIENT = { id: 'a-client', secret: 'its-secret', redirectUris: [REDIRECT] };

let dataDir: string;
let google: GoogleServer;
const start = () =>
  startGoogle({
    dataDir,
    port: 0,
    client: CLIENT,
    onError: (what, error) => console.error(what, error),
  });

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'omnirag-google-'));
  google = await start();
});
afterAll(async () => {
  await google.stop();
  await rm(dataDir, { recursive: true });
});

function newClient(): OAuth2Client {
  return new OAuth2Client({
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    redirectUri: REDIRECT,
    endpoints: {
      oauth2AuthBaseUrl: `${google.url}/o/oauth2/v2/auth`,
      oauth2TokenUrl: `${google.url}/token`,
      oauth2RevokeUrl: `${google.url}/revoke`,
    },
  });
}

/** Opens the consent page and presses its form, as a browser would. @returns where it leads */
async function press(address: string, change: Record<string, string | undefined> = {}): Promise<URL> {
  const page = await (await fetch(address)).text();
  const action = /action="([^"]+)"/.exec(page)?.[1] ?? '';
  const form = new URLSearchParams();
  for (const [, name = '', value = ''] of page.matchAll(/<input name="([^"]+)" value="([^"]*)"/g))
    form.append(name, value);
  for (const [name, value] of Object.entries(change)) value === undefined ? form.delete(name) : form.set(name, value);
  const answer = await fetch(new URL(action, address), { method: 'POST', body: form, redirect: 'manual' });
  return new URL(answer.headers.get('location') ?? '');
}

async function connect(account: string): Promise<{ client: OAuth2Client; api: drive_v3.Drive }> {
  const client = newClient();
  const { codeVerifier, codeChallenge = '' } = await client.generateCodeVerifierAsync();
  const address = client.generateAuthUrl({
    ...{ access_type: 'offline', prompt: 'consent', scope: SCOPE, state: 'a-state' },
    ...{ code_challenge: codeChallenge, code_challenge_method: CodeChallengeMethod.S256 },
  });
  const target = await press(address, { account });
  expect(target.searchParams.get('state')).toBe('a-state');
  const { tokens } = await client.getToken({ code: target.searchParams.get('code') ?? '', codeVerifier });
  client.setCredentials(tokens);
  return { client, api: drive({ version: 'v3', auth: client, rootUrl: `${google.url}/` }) };
}

async function control(method: string, path: string, body?: object): Promise<Response> {
  const headers = { authorization: `Bearer ${CLIENT.secret}`, ...(body ? { 'content-type': 'application/json' } : {}) };
  const init = body ? { body: JSON.stringify(body) } : {};
  const answer = await fetch(`${google.url}/standin${path}`, { method, headers, ...init });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}

describe('the consent', () => {
  it('gives a code for one exchange by the client that began', async () => {
    const client = newClient();
    const { codeVerifier, codeChallenge = '' } = await client.generateCodeVerifierAsync();
    const address = client.generateAuthUrl({
      ...{ access_type: 'offline', scope: SCOPE },
      ...{ code_challenge: codeChallenge, code_challenge_method: CodeChallengeMethod.S256 },
    });
    const code = (await press(address)).searchParams.get('code') ?? '';
    await expect(client.getToken({ code, codeVerifier: 'another' })).rejects.toThrow('invalid_grant');
    const { tokens } = await client.getToken({ code, codeVerifier });
    expect(tokens).toMatchObject({ refresh_token: expect.any(String), scope: SCOPE });
    await expect(client.getToken({ code, codeVerifier })).rejects.toThrow('invalid_grant');
  });

  it('can be denied, or given for less', async () => {
    const address = newClient().generateAuthUrl({ scope: SCOPE, state: 'x' });
    const denied = await press(address, { decision: 'deny' });
    expect(denied.searchParams.get('error')).toBe('access_denied');
    expect((await press(address, { scope: undefined })).searchParams.get('scope')).toBe('');
  });

  it('goes nowhere but to the registered address', async () => {
    const address = newClient().generateAuthUrl({ scope: SCOPE, redirect_uri: 'http://127.0.0.1:9/elsewhere' });
    expect((await fetch(address)).status).toBe(400);
  });
});

describe('who may ask', () => {
  const standin = ['GET /accounts', 'GET /drives/a/tokens', 'POST /drives/a/revoke', 'DELETE /faults', 'GET /requests'];

  it.each(standin)('%s wants the secret of the client', async (line) => {
    const [method, path] = line.split(' ');
    for (const authorization of ['', 'Bearer guess', `Basic ${CLIENT.secret}`]) {
      const answer = await fetch(`${google.url}/standin${path}`, { method: method ?? '', headers: { authorization } });
      expect(answer.status).toBe(401);
      expect(await answer.text()).toContain('GOOGLE_CLIENT_SECRET');
    }
  });

  it('is nobody by another name than those of this machine', async () => {
    for (const path of ['/o/oauth2/v2/auth', '/standin/accounts', '/token', '/drive/v3/files']) {
      const status = await new Promise<number | undefined>((resolve, reject) => {
        const asked = request(
          `${google.url}${path}`,
          { headers: { host: `evil.example:${google.port}` } },
          (answer) => {
            answer.resume();
            resolve(answer.statusCode);
          },
        );
        asked.on('error', reject).end();
      });
      expect(status, path).toBe(421);
    }
  });

  it('is no page of another origin: it may lead to the consent, not hold it in a frame nor press it', async () => {
    const address = newClient().generateAuthUrl({ scope: SCOPE });
    const crossSite = { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' };
    const shown = await fetch(address, { headers: { 'sec-fetch-site': 'cross-site' } });
    expect(shown.status).toBe(200);
    expect(shown.headers.get('x-frame-options')).toBe('DENY');
    expect(shown.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    for (const headers of [crossSite, { origin: 'null' }, { 'sec-fetch-site': 'same-site' }]) {
      for (const path of ['/o/oauth2/v2/auth/decision', '/revoke', '/token', '/standin/drives/a/revoke']) {
        const secret = { authorization: `Bearer ${CLIENT.secret}` };
        const answer = await fetch(`${google.url}${path}`, { method: 'POST', headers: { ...headers, ...secret } });
        expect(answer.status, path).toBe(403);
        expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      }
    }
  });

  it('presses a form that was shown, and once', async () => {
    const address = newClient().generateAuthUrl({ scope: SCOPE });
    const form = new URLSearchParams({ client_id: CLIENT.id, redirect_uri: REDIRECT, scope: SCOPE, account: 'a' });
    const post = () =>
      fetch(`${google.url}/o/oauth2/v2/auth/decision`, { method: 'POST', body: form, redirect: 'manual' });
    expect((await post()).status).toBe(400);
    form.set('ticket', /name="ticket" value="([^"]+)"/.exec(await (await fetch(address)).text())?.[1] ?? '');
    expect((await post()).status).toBe(302);
    expect((await post()).status).toBe(400);
  });
});

describe('the Drive of an account', () => {
  it('is listed, read and exported by the real client', async () => {
    const { api } = await connect('reader@drive.example');
    const fields = 'nextPageToken,files(id,name,mimeType,parents,md5Checksum,size)';
    const first = await api.files.list({ pageSize: 4, q: 'trashed = false', fields });
    expect(first.data.files).toHaveLength(4);
    const second = await api.files.list({ pageSize: 4, fields, pageToken: first.data.nextPageToken ?? '' });
    const laser = second.data.files?.find(({ name }) => name === 'laser-cutter.md');
    expect(laser).toMatchObject({ parents: ['folder-machines'], md5Checksum: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(laser).not.toHaveProperty('version');
    const bytes = await api.files.get({ fileId: laser?.id ?? '', alt: 'media' }, { responseType: 'arraybuffer' });
    expect(Buffer.from(bytes.data as unknown as ArrayBuffer).toString()).toContain('Never cut PVC');
    const exported = await api.files.export({ fileId: 'doc-opening-hours', mimeType: 'text/markdown' });
    expect(exported.data).toContain('behind the bar');
  });

  it('tells its changes once, the newest of each file, also after a restart', async () => {
    const account = 'editor@drive.example';
    let { client, api } = await connect(account);
    const { data: start_ } = await api.changes.getStartPageToken();
    const created = (await (
      await control('POST', `/drives/${account}/files`, { name: 'new.txt', content: 'one' })
    ).json()) as {
      files: { id: string }[];
    };
    const id = created.files[0]?.id ?? '';
    await control('PATCH', `/drives/${account}/files/${id}`, { content: 'two', name: 'renamed.txt' });
    await control('PATCH', `/drives/${account}/files/folder-machines`, { trashed: true });
    await control('DELETE', `/drives/${account}/files/doc-opening-hours`);
    await google.stop();
    google = await start();
    const again = newClient();
    again.setCredentials(client.credentials);
    client = again;
    api = drive({ version: 'v3', auth: client, rootUrl: `${google.url}/` });
    const fields = 'newStartPageToken,changes(fileId,removed,file(name,trashed))';
    const { data } = await api.changes.list({ pageToken: start_.startPageToken ?? '', fields });
    expect(data.changes).toEqual([
      { fileId: id, removed: false, file: { name: 'renamed.txt', trashed: false } },
      { fileId: 'folder-machines', removed: false, file: { name: 'Machines', trashed: true } },
      { fileId: 'doc-opening-hours', removed: true },
    ]);
    const { data: laser } = await api.files.get({ fileId: 'file-laser', fields: 'trashed,explicitlyTrashed' });
    expect(laser).toEqual({ trashed: true, explicitlyTrashed: false });
    const nothing = await api.changes.list({ pageToken: data.newStartPageToken ?? '' });
    expect(nothing.data.changes).toEqual([]);
  });

  it('is out of reach once the consent is withdrawn', async () => {
    const account = 'leaver@drive.example';
    const { client, api } = await connect(account);
    client.forceRefreshOnFailure = true;
    await control('POST', `/drives/${account}/expire-access`);
    await expect(api.about.get({ fields: 'user' })).resolves.toMatchObject({
      data: { user: { emailAddress: account } },
    });
    await control('POST', `/drives/${account}/revoke`);
    await expect(api.about.get({ fields: 'user' })).rejects.toThrow('invalid_grant');
    await expect(client.revokeToken(client.credentials.refresh_token ?? '')).rejects.toThrow();
  });

  it('goes wrong as often as it is told to, and counts what it was asked', async () => {
    const account = 'unlucky@drive.example';
    const { api } = await connect(account);
    await control('POST', '/faults', { operation: 'files.get', account, kind: 'rateLimit403' });
    const once = () => api.files.get({ fileId: 'file-lathe' }, { retryConfig: { retry: 0 } });
    await expect(once()).rejects.toMatchObject({ status: 403 });
    await expect(once()).resolves.toMatchObject({ status: 200 });
    await control('POST', '/faults', { operation: 'files.media', account, kind: 'truncated' });
    await expect(
      api.files.get({ fileId: 'file-lathe', alt: 'media' }, { responseType: 'arraybuffer', retryConfig: { retry: 0 } }),
    ).rejects.toThrow();
    const counts = (await (await control('GET', '/requests')).json()) as {
      byAccount: Record<string, object>;
      fetched: string[];
    };
    expect(counts.byAccount[account]).toMatchObject({ 'files.get': 2, 'files.media': 1 });
    expect(counts.fetched).toContain('file-lathe');
  });
});
