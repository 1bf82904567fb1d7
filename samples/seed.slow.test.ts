import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { expect, inject, it } from 'vitest';
import { createApiClient, signIn } from '#cli/api-client.ts';
import type { FileView } from '#shared/api/files.ts';
import { tempFolders } from '#testing/temp-folders.ts';

const freshFolder = tempFolders();

interface Run {
  code: number;
  output: string;
}

function seed(dataDir: string, ...args: string[]): Promise<Run> {
  const script = fileURLToPath(new URL('seed.ts', import.meta.url));
  const env = { ...process.env, OMNIRAG_DATA_DIR: dataDir };
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
    );
  });
}

it('makes an account with twenty files that are found, and run again changes nothing', {
  timeout: 300_000,
}, async () => {
  const { url } = inject('system');
  const dataDir = await freshFolder();
  const username = `seed-${randomBytes(4).toString('hex')}`;
  const args = ['--url', url, '--username', username];

  const first = await seed(dataDir, ...args);
  expect(first).toMatchObject({ code: 0, output: expect.stringMatching(/^(19|20) of 20 files can be searched\.$/m) });
  const password = /^Password +(\S+)$/m.exec(first.output)?.[1] ?? '';
  const session = await signIn(url, { login: username, password });
  const client = createApiClient(url, session.accessToken);
  // What came out of the archive and the mail is not waited for.
  const list = async (): Promise<FileView[]> =>
    (await client.request<{ items: FileView[] }>('GET', '/files?limit=100')).items.filter(({ parentId }) => !parentId);
  const files = await list();
  expect(files).toHaveLength(20);
  expect(new Set(files.map(({ contentType }) => contentType)).size).toBeGreaterThanOrEqual(18);
  const { results } = await client.search({ query: 'kettle descaler' });
  expect(results[0]?.filename).toMatch(/^notice-board/);

  const second = await seed(dataDir, ...args);
  expect(second).toMatchObject({ code: 0, output: expect.stringContaining(`Password   ${password}`) });
  // A recording that no model could hear is tried again.
  const asBefore = ({ id, sha256, status, generation }: FileView) => ({
    ...{ id, sha256, status },
    generation: status === 'READY' ? generation : expect.any(Number),
  });
  expect((await list()).map(asBefore)).toEqual(files.map(asBefore));

  const other = await seed(dataDir, ...args, '--password', 'another password');
  expect(other).toEqual({
    code: 1,
    output: expect.stringContaining('with a different password. Give its password with --password'),
  });
});

it('says what to do when no system runs', async () => {
  const { code, output } = await seed(await freshFolder());
  expect({ code, output }).toEqual({
    code: 1,
    output: expect.stringMatching(/^No system is running on .+ give its address with --url\.\n$/),
  });
});
