import { execFile } from 'node:child_process';
import { access, readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, inject, it } from 'vitest';
import type { FileView } from '#shared/api/files.ts';
import { newPerson, untilSettled } from '#testing/person.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): Promise<string> => readFile(`${ROOT}${path}`, 'utf8');
const run = promisify(execFile);

const readme = await read('README.md');
const blocks = [...readme.matchAll(/^```sh\n(.*?)^```$/gms)].map((match) => match[1]?.trim() ?? '');
/** Commands that start a whole system or a whole test run: `.ci/run` and the tests of the local cloud execute them. */
const EXECUTED_ELSEWHERE: Record<string, { file: string; as: string }[]> = {
  'npm install && npm run demo': [
    { file: '.ci/run', as: 'npm ci' },
    { file: '.ci/run', as: '\nnpm run demo\n' },
  ],
  'npm install && npm test': [{ file: '.ci/run', as: '\nnpm test\n' }],
  'npm start': [{ file: 'localstack/testing/killable-system.ts', as: "['localstack/start.ts']" }],
  'npm run -s demo -- samples/*.pdf samples/*.md --query "Are dogs allowed?" --json': [
    { file: '.ci/run', as: 'npm run -s demo -- samples/*.pdf samples/*.md --query "Are dogs allowed?" --json' },
  ],
};

describe('the README', () => {
  it('has only commands that are executed', async () => {
    const elsewhere = blocks.filter((block) => !block.includes('localhost:3000'));
    expect(elsewhere.toSorted()).toEqual(Object.keys(EXECUTED_ELSEWHERE).toSorted());
    for (const { file, as } of Object.values(EXECUTED_ELSEWHERE).flat()) expect(await read(file)).toContain(as);
  });

  it('shows requests that work as they stand', { timeout: 60_000 }, async () => {
    const { url } = inject('system');
    const [requests = ''] = blocks.filter((block) => block.includes('localhost:3000'));
    const person = await newPerson();
    const name = person.session.user.username;
    const script = requests
      .replaceAll('localhost:3000', new URL(url).host)
      .replaceAll('ada@example.org', `${name}x@example.org`)
      .replaceAll('"username": "ada"', `"username": "${name}x"`)
      .replaceAll('"login": "ada"', `"login": "${name}x"`);
    const [upToUpload, search] = script.split(/^# Once it is READY$/m);
    const [untilToken = ''] = script.split(/^# Upload a file of up to/m);
    const first = await run('bash', ['--norc', '-euo', 'pipefail', '-c', `${upToUpload}\necho "$TOKEN" >&2`], {
      cwd: ROOT,
    });
    const token = first.stderr.trim();
    const [registered, uploaded, listed] = first.stdout.split(/(?<=\})(?=\{"(?:file|items)")/);
    expect(JSON.parse(registered ?? '').user.username).toBe(`${name}x`);
    const { file } = JSON.parse(uploaded ?? '');
    expect(JSON.parse(listed ?? '').items[0].id).toBe(file.id);

    // Whoever copies it all once more is told that there is the account, and gets a token as before.
    const again = await run('bash', ['--norc', '-euo', 'pipefail', '-c', `${untilToken}\necho "$TOKEN" >&2`]);
    expect(JSON.parse(again.stdout).code).toBe('ACCOUNT_EXISTS');
    expect(again.stderr.trim()).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);

    const owner = { ...person, file: (id: string) => ask(`${url}/files/${id}`, token) };
    expect((await untilSettled(owner, file.id)).status).toBe('READY');
    const found = await run('bash', ['--norc', '-euo', 'pipefail', '-c', `TOKEN=${token}\n${search}`], { cwd: ROOT });
    const { results } = JSON.parse(found.stdout);
    expect(results[0]).toMatchObject({ filename: 'field-station-handbook.pdf', location: { page: 4 } });
  });

  it('points to files that are there', async () => {
    const targets = [...readme.matchAll(/\]\((?!http)([^)#]+)\)/g)].map((match) => match[1] ?? '');
    expect(targets.length).toBeGreaterThan(3);
    for (const target of targets) await access(`${ROOT}${target}`);
  });
});

async function ask(url: string, token: string): Promise<FileView> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  return (await response.json()) as FileView;
}

it('every decision says in its title what was decided', async () => {
  const names = await readdir(`${ROOT}docs/decisions`);
  for (const name of names) {
    expect(name).toMatch(/^\d{4}-[a-z0-9-]+\.md$/);
    expect(await read(`docs/decisions/${name}`)).toMatch(/^# .{10,}\n/);
  }
});
