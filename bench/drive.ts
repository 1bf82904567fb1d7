import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiClient, ApiProblem, createApiClient, registerAccount } from '#cli/api-client.ts';
import { type RunningSystem, startSystem } from '#localstack/system.ts';
import type { DriveView } from '#shared/api/drive.ts';
import type { FileView } from '#shared/api/files.ts';
import { pressConsent, type StandinDrive, standinDrive } from '#testing/standin-google.ts';
import type { Bench, BenchResult } from './bench.ts';

const PEOPLE = 50;
const FILES = 5_000;
const TARGET_SECONDS = 60;
/** So many of the large Drive's files have come before the others' turn is measured. */
const UNDER_WAY = 64;

interface Connected {
  name: string;
  client: ApiClient;
  drive: StandinDrive;
}

/** Whether one person's huge Drive holds up the others': all look at the schedule's next minute, and it is at work. */
export const drive: Bench = {
  name: 'drive',
  description: `${PEOPLE} connected Drives, one of ${FILES} files at its first sync: how long the others wait`,
  onlyByName: true,
  async run(say) {
    const dataDir = await mkdtemp(join(tmpdir(), 'omnirag-bench-'));
    const env = { ...process.env, PORT: '0', EMBEDDING_MODEL: 'hashing-384', LOG_LEVEL: 'error' };
    const system = await startSystem({ dataDir, env, onEvent: () => undefined });
    try {
      return await measure(system, say);
    } finally {
      await system.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  },
};

async function measure(system: RunningSystem, say: (line: string) => void): Promise<BenchResult> {
  const others: Connected[] = [];
  for (let n = 1; n < PEOPLE; n += 1)
    others.push(await connect(system, `small-${n}`, [textFile('first', `first of ${n}`)]));
  for (const { client } of others) await waitFor(() => settled(client));
  say(`${others.length} people are connected and in sync`);
  const many = Array.from({ length: FILES }, (_, n) => textFile(`n${n}`, `note ${n} of the large Drive`));
  const large = await connect(system, 'large', many);
  await waitFor(async () => (await status(large.client)).counts.files >= UNDER_WAY);
  const before = (await status(large.client)).counts.files;

  for (const { name, drive: one } of others) await one.create([textFile('second', `second of ${name}`)]);
  const schedule = Math.ceil(Date.now() / 60_000) * 60_000;
  say(`the large Drive has brought ${before} files; each of the others has a new one`);
  const [synced, found]: [number[], number[]] = [[], []];
  // One after the other: the times are the system's own, and many who ask would be part of the load.
  for (const { client } of others) {
    await waitFor(() => settled(client, 2));
    const second = (await files(client)).find(({ filename }) => filename === 'second.txt');
    synced.push((Date.parse(second?.createdAt ?? '') - schedule) / 1_000);
    found.push((Date.parse(second?.readyAt ?? '') - schedule) / 1_000);
  }
  const after = await status(large.client);
  const row = (name: string, value: number) => ({
    name,
    value: Math.round(value * 10) / 10,
    unit: 's',
    reference: { name: 'target', value: TARGET_SECONDS },
  });
  return {
    rows: [
      row(`taken over after the schedule, slowest of ${others.length}`, Math.max(...synced)),
      row('taken over after the schedule, median', median(synced)),
      row('READY after the schedule, slowest', Math.max(...found)),
      { name: 'files of the large Drive brought meanwhile', value: after.counts.files - before, unit: '' },
    ],
    notes: [`The large Drive was still at its first sync: ${after.counts.waiting} of its ${FILES} files were waiting.`],
  };
}

function textFile(id: string, content: string): { id: string; name: string; content: string } {
  return { id, name: `${id}.txt`, content };
}

async function connect(system: RunningSystem, name: string, files: object[]): Promise<Connected> {
  const { url, env } = system;
  const session = await registerAccount(url, {
    email: `${name}@example.org`,
    username: name,
    password: `${name}-password`,
  });
  const begun = await fetch(`${url}/drive/connect`, {
    method: 'POST',
    headers: { authorization: `Bearer ${session.accessToken}` },
  });
  const { authorizationUrl } = (await begun.json()) as { authorizationUrl: string };
  const one = standinDrive(new URL(authorizationUrl).origin, env.GOOGLE_CLIENT_SECRET ?? '', `${name}@drive.example`);
  await one.create(files);
  const cookie = (begun.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
  const back = await fetch(await pressConsent(authorizationUrl, { account: one.account }), { headers: { cookie } });
  if (back.status !== 200) throw new Error(`the callback answered ${back.status}: ${await back.text()}`);
  return { name, client: createApiClient(url, session.accessToken), drive: one };
}

const status = (client: ApiClient): Promise<DriveView> => client.request('GET', '/drive');

async function files(client: ApiClient): Promise<FileView[]> {
  return (await client.request<{ items: FileView[] }>('GET', '/files')).items;
}

async function settled(client: ApiClient, count = 1): Promise<boolean> {
  const items = await files(client);
  return items.length === count && items.every(({ status: is }) => is === 'READY');
}

async function waitFor(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 600_000;
  while (!(await isSo().catch(notYet))) {
    if (Date.now() > deadline) throw new Error('Waited ten minutes');
    await sleep(1_000);
  }
}

/** A machine that has too much to do says so, and is asked again. @throws what else went wrong */
function notYet(error: unknown): boolean {
  if (error instanceof ApiProblem && error.problem.status === 503) return false;
  throw error;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
