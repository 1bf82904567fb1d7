import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { generateApi } from 'swagger-typescript-api';
import { beforeAll, expect, inject, it, onTestFinished } from 'vitest';
import { newPerson } from '#testing/person.ts';
import type { SessionView } from './accounts.ts';

const { url } = inject('system');
const run = promisify(execFile);
const TSC = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');

let source: string;
beforeAll(async () => {
  const answer = await fetch(`${url}/openapi.json`);
  expect(answer.headers.get('content-type')).toContain('application/json');
  source = await answer.text();
});

it('a linter has nothing to say about it', async () => {
  // It warns of a server on this machine, which is where this one is.
  const config = await createConfig({ extends: ['recommended-strict'], rules: { 'no-server-example.com': 'off' } });
  const problems = await lintFromString({ source, absoluteRef: 'openapi.json', config });
  expect(problems.map(({ ruleId, message, location }) => `${ruleId} ${message} ${location[0]?.pointer}`)).toEqual([]);
  const broken = source.replaceAll('#/components/schemas/Problem', '#/$defs/Problem');
  expect((await lintFromString({ source: broken, absoluteRef: 'openapi.json', config })).length).toBeGreaterThan(100);
}, 120_000);

/** What somebody writes with the client; the second is what their compiler must refuse. */
const USE = `import { Api, type SearchAnswer } from './client.ts';
export async function firstName(api: Api<unknown>): Promise<string | undefined> {
  const answer: SearchAnswer = (await api.search.postSearch({ query: 'tide', limit: 1 })).data;
  const language: string | null | undefined = answer.results[0]?.language;
  return language ?? answer.results[0]?.filename;
}`;
const MISUSE = USE.replace("query: 'tide', limit: 1", 'limit: true');

it('a client is made from it, which type-checks and asks for something', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'omnirag-client-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await generateApi({ spec: JSON.parse(source), output: folder, fileName: 'client.ts', silent: true });
  await writeFile(join(folder, 'use.ts'), USE);
  await writeFile(join(folder, 'misuse.ts'), MISUSE);
  const check = (file: string) =>
    run(process.execPath, [
      TSC,
      ...[
        '--ignoreConfig',
        '--noEmit',
        '--strict',
        '--target',
        'esnext',
        '--module',
        'esnext',
        '--moduleResolution',
        'bundler',
      ],
      ...['--lib', 'esnext,dom', '--allowImportingTsExtensions', '--types', '', '--skipLibCheck'],
      join(folder, file),
    ]);
  await check('use.ts');
  await expect(check('misuse.ts')).rejects.toMatchObject({
    stdout: expect.stringContaining("'boolean' is not assignable"),
  });

  const person = await newPerson();
  const { Api } = (await import(join(folder, 'client.ts'))) as { Api: new (options: object) => Client };
  const api = new Api({
    baseUrl: url,
    baseApiParams: { headers: { authorization: `Bearer ${person.session.accessToken}` } },
  });
  expect((await api.users.getUsersMe()).data).toEqual(person.session.user);
  expect((await api.search.postSearch({ query: 'tide', limit: 1 })).data).toMatchObject({ results: [], degraded: [] });
  await expect(api.files.getFilesId('no-id')).rejects.toMatchObject({ status: 404, error: { code: 'NOT_FOUND' } });
}, 120_000);

/** The part of the client that is used here; its own types are checked above. */
interface Client {
  users: { getUsersMe(): Promise<{ data: SessionView['user'] }> };
  search: { postSearch(body: object): Promise<{ data: object }> };
  files: { getFilesId(id: string): Promise<unknown> };
}
