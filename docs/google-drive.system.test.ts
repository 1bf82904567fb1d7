import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, inject, it } from 'vitest';
import type { DriveView } from '#shared/api/drive.ts';
import type { FileView } from '#shared/api/files.ts';
import { beginConnecting } from '#testing/google.ts';
import { newPerson, type Person, until } from '#testing/person.ts';
import { pressConsent } from '#testing/standin-google.ts';

const page = await readFile(new URL('./google-drive.md', import.meta.url), 'utf8');
const [edits = '', faults = ''] = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map((match) => match[1]);

async function synced(person: Person): Promise<string[]> {
  await until('the Drive to be in sync', 60_000, async () => {
    const view = await person.request<DriveView>('GET', '/drive');
    return view.syncing ? undefined : view;
  });
  const { items } = await person.request<{ items: FileView[] }>('GET', '/files');
  return items.map(({ filename }) => filename).sort();
}

it('the requests of docs/google-drive.md do what they say', { timeout: 180_000 }, async () => {
  const person = await newPerson();
  const account = `docs-${randomBytes(4).toString('hex')}@drive.example`;
  const { authorizationUrl, cookie } = await beginConnecting(person);
  await fetch(await pressConsent(authorizationUrl, { account }), { headers: { cookie } });
  const samples = ['Induction.pptx', 'Materials.xlsx', 'Opening hours.md', 'lathe.txt'];
  expect(await synced(person)).toEqual([...samples, 'laser-cutter.md'].sort());

  // As the page has it, the data folder is below the working directory.
  const cwd = await mkdtemp(join(tmpdir(), 'omnirag-docs-'));
  await mkdir(join(cwd, '.omnirag'));
  const { GOOGLE_CLIENT_SECRET } = inject('system').env;
  await writeFile(join(cwd, '.omnirag', 'secrets.json'), JSON.stringify({ GOOGLE_CLIENT_SECRET }));
  const run = (script: string) => {
    const here = script.replaceAll('http://localhost:3001', new URL(authorizationUrl).origin);
    return promisify(execFile)('bash', ['-euo', 'pipefail', '-c', here.replaceAll('you@drive.example', account)], {
      cwd,
    });
  };
  expect((await run(edits)).stdout).toContain('laser-cutter.md');
  await person.fetch('/drive/sync', { method: 'POST' });
  expect(await synced(person)).toEqual(['Opening hours.md', 'laser.md', 'lathe.txt', 'saw.txt']);

  // The second block goes on in the same shell.
  await run(`${edits.split('\n', 2).join('\n')}\n${faults}`);
  await person.fetch('/drive/sync', { method: 'POST' });
  const view = await until('the status to tell', 60_000, async () => {
    const now = await person.request<DriveView>('GET', '/drive');
    if (now.status !== 'REAUTH_REQUIRED') await person.fetch('/drive/sync', { method: 'POST' });
    return now.status === 'REAUTH_REQUIRED' ? now : undefined;
  });
  expect(view.lastError?.code).toBe('REAUTH_REQUIRED');
  await rm(cwd, { recursive: true });
});
