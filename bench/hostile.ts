import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiClient, createApiClient, registerAccount } from '#cli/api-client.ts';
import { type RunningSystem, startSystem } from '#localstack/system.ts';
import type { SessionView } from '#shared/api/accounts.ts';
import { endOf, median, runStorm, type StormReport } from '#testing/hostile/storm.ts';
import { writeBombs, writeFlipped } from '#testing/hostile/write-hostile.ts';
import type { Bench, BenchResult, BenchRow } from './bench.ts';

/** The whole measurement takes a while; `OMNIRAG_FLIPS` asks for fewer. */
const FLIPPED = Number(process.env.OMNIRAG_FLIPS ?? 500);
const SEED = 1;
/** As many as a browser or the command line uploads at a time. */
const IN_FLIGHT = 8;
/** Access tokens last 15 minutes. */
const SIGN_IN_EVERY_MS = 10 * 60_000;
const MOST_MB = 1_200;
const MOST_TIMES_USUAL = 2;

/** Bombs and damaged files from one person: how each ends, what becomes of the system, and of the files among them. */
export const hostile: Bench = {
  name: 'hostile',
  description: `${FLIPPED} damaged files and every bomb: their ends, the memory of every process, healthy files among them`,
  onlyByName: true,
  async run(say) {
    const folder = await mkdtemp(join(tmpdir(), 'omnirag-hostile-'));
    const exits: string[] = [];
    let system: RunningSystem | undefined;
    try {
      system = await startSystem({
        dataDir: join(folder, 'data'),
        env: { ...process.env, PORT: '0', EMBEDDING_MODEL: 'hashing-384', LOG_LEVEL: 'error' },
        onEvent: (event) => {
          if (event.type === 'exited') exits.push(`${event.part}: ${event.reason}`);
        },
      });
      const bombs = await writeBombs(join(folder, 'bombs'));
      const flipped = await writeFlipped(join(folder, 'flipped'), SEED, FLIPPED);
      const report = await runStorm({
        attacker: await signUp(system.url, 'attacker'),
        bystander: await signUp(system.url, 'bystander'),
        hostile: interleave(bombs, flipped),
        inFlight: IN_FLIGHT,
        usualRounds: 5,
        folder: join(folder, 'healthy'),
        signal: new AbortController().signal,
        say,
      });
      return toResult(report, system.peakRssMb(), exits);
    } finally {
      await system?.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** A client that signs in again before its access token ends: the storm may last longer. */
async function signUp(url: string, name: string): Promise<ApiClient> {
  const account = { email: `${name}@example.org`, username: name, password: `the password of ${name}` };
  let client = createApiClient(url, (await registerAccount(url, account)).accessToken);
  let signedInAt = performance.now();
  const current = async (): Promise<ApiClient> => {
    if (performance.now() - signedInAt > SIGN_IN_EVERY_MS) {
      signedInAt = performance.now();
      const body = { login: account.email, password: account.password };
      client = createApiClient(url, (await client.request<SessionView>('POST', '/auth/login', body)).accessToken);
    }
    return client;
  };
  return {
    upload: async (path) => (await current()).upload(path),
    file: async (id) => (await current()).file(id),
    search: async (request) => (await current()).search(request),
    request: async (method, path, body) => (await current()).request(method, path, body),
  };
}

/** The bombs spread evenly. */
function interleave<T>(few: readonly T[], many: readonly T[]): T[] {
  const gap = Math.ceil(many.length / Math.max(1, few.length));
  return few.flatMap((one, index) => [one, ...many.slice(index * gap, (index + 1) * gap)]);
}

function toResult(report: StormReport, peaks: Record<string, number>, exits: readonly string[]): BenchResult {
  const bombs = report.hostile.filter(({ ends }) => ends);
  const flipped = report.hostile.filter(({ ends }) => !ends);
  const usual = median(report.usual);
  const rows: BenchRow[] = bombs.map((file) => ({
    name: `${file.filename}: ${endOf(file)}`,
    value: file.seconds,
    unit: 's',
  }));
  for (const [end, files] of Object.entries(Object.groupBy(flipped, endOf))) {
    rows.push({ name: `damaged files: ${end}`, value: files?.length ?? 0, unit: 'files' });
  }
  for (const [who, seconds] of Object.entries(report.among)) {
    const reference = { name: 'usual', value: usual };
    for (const [name, value] of [
      ['median', median(seconds)],
      ['slowest', Math.max(...seconds)],
    ] as const) {
      const row = { name: `healthy files of the ${who}: ${name} of ${seconds.length}`, value, unit: 's to READY' };
      rows.push({ ...row, reference, ratio: value / usual });
    }
  }
  for (const [process, mb] of Object.entries(peaks)) rows.push({ name: process, value: mb, unit: 'MB at most' });
  return { rows, notes: [...exits.map((exit) => `ENDED: ${exit}`), ...shortcomings(report, peaks, usual)] };
}

function shortcomings(report: StormReport, peaks: Record<string, number>, usual: number): string[] {
  const wrong = report.hostile.filter((file) => file.ends && !file.ends.includes(endOf(file)));
  const large = Object.entries(peaks).filter(([, mb]) => mb > MOST_MB);
  const slow = Object.entries(report.among).filter(([, seconds]) => median(seconds) > usual * MOST_TIMES_USUAL);
  return [
    ...report.lost.map((error) => `LOST: ${error}`),
    ...wrong.map((file) => `WRONG END: ${file.filename} ended ${endOf(file)}, not ${file.ends?.join(' or ')}`),
    ...large.map(([process, mb]) => `TOO LARGE: ${process} took ${mb} MB`),
    ...slow.map(([who]) => `TOO SLOW: healthy files of the ${who}`),
  ];
}
