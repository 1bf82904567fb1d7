import { randomBytes } from 'node:crypto';
import { access, constants, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type RunningSystem, startSystem } from '#localstack/system.ts';
import type { SearchAnswer } from '#shared/api/search.ts';
import { type ApiClient, createApiClient, registerAccount } from './api-client.ts';
import { type FileOutcome, followFile } from './follow-file.ts';
import { printResults } from './print-results.ts';
import { createProgress, type Progress } from './progress.ts';
import { readSamples } from './samples.ts';

const USAGE = `npm run demo [-- FILE… --query TEXT]
npm run -s demo -- FILE… --query TEXT --json

Starts a fresh OmniRAG on free ports, uploads the files (the sample documents by default), waits until each can be
found, searches, prints the results and cleans up.`;

interface DemoReport {
  files: FileOutcome[];
  search: { query: string; tookMs: SearchAnswer['tookMs']; results: SearchAnswer['results'] };
  peakRssMb: Record<string, number>;
  seconds: number;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      query: { type: 'string', short: 'q' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const samples = await readSamples();
  const paths = positionals.length > 0 ? positionals.map((path) => resolve(path)) : samples.paths;
  const query = values.query ?? samples.query;
  await assertReadable(paths);
  const say = values.json ? () => undefined : (line: string) => console.log(line);

  const dataDir = await mkdtemp(join(tmpdir(), 'omnirag-demo-'));
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  const begun = performance.now();
  let system: RunningSystem | undefined;
  try {
    process.umask(0o077);
    say('Starting PostgreSQL, S3, SQS, the vector store, the model and the functions …');
    system = await startSystem({
      dataDir,
      signal: interrupted.signal,
      env: {
        ...process.env,
        OMNIRAG_ENV: 'local',
        PORT: '0',
        MODEL_DIR: process.env.MODEL_DIR ?? resolve('.omnirag/models'),
      },
      onEvent: (event) => {
        if (event.type === 'notice') say(event.text);
      },
    });
    say(`Ready at ${system.url} after ${seconds(begun)} s.\n`);
    const client = await signUp(system.url);
    const files = await ingest(client, paths, createProgress(values.json), interrupted.signal);
    const answer = await client.search({ query, limit: 5 });
    const report: DemoReport = {
      files,
      search: { query, tookMs: answer.tookMs, results: answer.results },
      peakRssMb: system.peakRssMb(),
      seconds: seconds(begun),
    };
    if (values.json) console.log(JSON.stringify(report, null, 2));
    else printResults(report);
    return files.every((file) => file.status === 'READY') && answer.results.length > 0 ? 0 : 1;
  } finally {
    await system?.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Before anything starts, which takes a while. @throws Error naming every file that cannot be read */
async function assertReadable(paths: readonly string[]): Promise<void> {
  const problems = await Promise.all(
    paths.map(async (path) => {
      try {
        if (!(await stat(path)).isFile()) return `${path} is not a file`;
        await access(path, constants.R_OK);
        return undefined;
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        return `${path} ${code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`}`;
      }
    }),
  );
  const wrong = problems.filter((problem) => problem !== undefined);
  if (wrong.length > 0) throw new Error(`The demo was not started:\n${wrong.map((line) => `  ${line}`).join('\n')}`);
}

function seconds(since: number): number {
  return Math.round((performance.now() - since) / 100) / 10;
}

async function signUp(url: string): Promise<ApiClient> {
  const name = `demo-${randomBytes(4).toString('hex')}`;
  const session = await registerAccount(url, {
    email: `${name}@example.org`,
    username: name,
    password: randomBytes(18).toString('base64url'),
  });
  return createApiClient(url, session.accessToken);
}

/** Uploads all files side by side and follows each to its end. */
async function ingest(
  client: ApiClient,
  paths: readonly string[],
  progress: Progress,
  signal: AbortSignal,
): Promise<FileOutcome[]> {
  try {
    return await Promise.all(paths.map((path) => followFile(client, path, progress.add(path), signal)));
  } finally {
    progress.stop();
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
