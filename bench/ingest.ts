import { createApiClient } from '#cli/api-client.ts';
import type { UploadView } from '#shared/api/uploads.ts';
import { asUser } from '#shared/db/as-user.ts';
import { type Db, openDatabase } from '#shared/db/database.ts';
import type { Bench, BenchRow } from './bench.ts';
import { stagesAlone } from './ingest/alone.ts';
import { type BenchFile, type Collection, longPdf, officeFiles, reports, smallTexts } from './ingest/collections.ts';
import { type ProcessorTimes, processorTimes, usedBetween } from './ingest/processor-time.ts';
import { type BenchPerson, eachOf, startTemporarySystem, type TemporarySystem } from './temporary-system.ts';

const LOOK_MS = 100;
const SAY_EVERY_MS = 15_000;
const IDLE_FILES = 20;

/** How fast files become searchable, end to end, beside the slowest stage by itself. */
export const ingest: Bench = {
  name: 'ingest',
  description:
    'from upload to READY: 1,400 small texts, 200 office files, a PDF of 4,000 pages, ten reports with tables',
  onlyByName: true,
  async run(say) {
    const rows: BenchRow[] = [];
    const notes: string[] = [];
    for (const make of [smallTexts, officeFiles, longPdf, reports]) {
      const collection = make();
      const temporary = await startTemporarySystem();
      try {
        if (make === smallTexts) rows.push(...(await oneByOne(temporary, say)));
        rows.push(...(await together(temporary, collection, say, notes)));
      } finally {
        await temporary.stop();
      }
    }
    return { rows, notes };
  },
};

/** A small file on an idle system. */
async function oneByOne({ system, newPerson }: TemporarySystem, say: (line: string) => void): Promise<BenchRow[]> {
  const person = await newPerson('one-by-one');
  const db = openDatabase({ url: system.env.DATABASE_URL ?? '', poolMax: 2 });
  const times: number[] = [];
  try {
    for (let n = 0; n < IDLE_FILES; n += 1) {
      const begun = performance.now();
      await send(system.url, person, { name: `idle-${n}.txt`, bytes: new TextEncoder().encode(`A note, the ${n}th.`) });
      await untilReady(db, person.id, n + 1, 10, () => undefined);
      times.push(performance.now() - begun);
    }
  } finally {
    await db.destroy();
  }
  say('a small file by itself is measured');
  return percentilesOf('a small file on an idle system, upload to READY', times, 'ms');
}

async function together(
  { system, newPerson }: TemporarySystem,
  { name, pages, files }: Collection,
  say: (line: string) => void,
  notes: string[],
): Promise<BenchRow[]> {
  const person = await newPerson('many-at-once');
  const db = openDatabase({ url: system.env.DATABASE_URL ?? '', poolMax: 2 });
  try {
    const before = processorTimes(system.parts);
    const begun = performance.now();
    await eachOf(files, (file) => send(system.url, person, file));
    say(`${name}: sent in ${seconds(begun)} s`);
    await untilReady(db, person.id, files.length, LOOK_MS, (ready) => say(`${name}: ${ready} are READY`));
    const took = (performance.now() - begun) / 1_000;
    const after = processorTimes(system.parts);
    const count = pages ?? files.length;
    const unit = pages === undefined ? 'files/s' : 'pages/s';
    say(`${name}: READY in ${seconds(begun)} s; now each stage alone`);
    const alone = await stagesAlone(system.env, files, say);
    const slowest = alone.toSorted((a, b) => b.seconds - a.seconds)[0];
    if (!slowest) throw new Error('No stage was measured alone.');
    notes.push(
      whereTimeGoes(name, { before, after, count }),
      aloneNote(name, alone, count),
      peaks(name, system.peakRssMb()),
    );
    const reference = { name: `${slowest.stage} alone`, value: count / slowest.seconds };
    return [
      { name, value: count / took, unit, reference, ratio: slowest.seconds / took },
      { name: `${name}: processor time of one`, value: (total(before, after) * 1_000) / count, unit: 'ms' },
      ...percentilesOf(`${name}, upload to READY`, await readyTimes(db, person.id), 's'),
    ];
  } finally {
    await db.destroy();
  }
}

async function send(url: string, person: BenchPerson, { name, bytes }: BenchFile): Promise<void> {
  const client = createApiClient(url, await person.token());
  const { upload } = await client.request<{ upload: UploadView }>('POST', '/files', {
    filename: name,
    size: bytes.length,
  });
  if (!('url' in upload)) throw new Error(`${name} is too long to be sent in one piece.`);
  const response = await fetch(upload.url, { method: 'PUT', body: bytes, headers: upload.headers });
  if (!response.ok) throw new Error(`PUT answered ${response.status}: ${await response.text()}`);
}

async function untilReady(
  db: Db,
  userId: string,
  count: number,
  everyMs: number,
  say: (ready: number) => void,
): Promise<void> {
  let said = performance.now();
  for (;;) {
    const { ready, failed } = await asUser(db, userId, (trx) =>
      trx
        .selectFrom('files')
        .select(({ fn }) => [
          fn.countAll<number>().filterWhere('status', '=', 'READY').as('ready'),
          fn.countAll<number>().filterWhere('status', '=', 'FAILED').as('failed'),
        ])
        .executeTakeFirstOrThrow(),
    );
    if (failed > 0) throw new Error(`${failed} files failed.`);
    if (ready >= count) return;
    if (performance.now() - said > SAY_EVERY_MS) {
      say(ready);
      said = performance.now();
    }
    await new Promise((resume) => setTimeout(resume, everyMs));
  }
}

/** Seconds. */
async function readyTimes(db: Db, userId: string): Promise<number[]> {
  const files = await asUser(db, userId, (trx) =>
    trx.selectFrom('files').select(['created_at', 'ready_at']).where('ready_at', 'is not', null).execute(),
  );
  return files.map(({ created_at, ready_at }) => ((ready_at?.getTime() ?? 0) - created_at.getTime()) / 1_000);
}

function percentilesOf(name: string, times: readonly number[], unit: string): BenchRow[] {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (percent: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0;
  return [50, 95].map((percent) => ({ name: `${name}, p${percent}`, value: at(percent), unit }));
}

function total(before: ProcessorTimes, after: ProcessorTimes): number {
  return usedBetween(before, after).reduce((sum, [, used]) => sum + used, 0);
}

function whereTimeGoes(
  name: string,
  { before, after, count }: { before: ProcessorTimes; after: ProcessorTimes; count: number },
): string {
  const parts = usedBetween(before, after).map(([part, used]) => `${part} ${((used * 1_000) / count).toFixed(1)}`);
  return `${name}, processor time in ms of each: ${parts.join(' · ')}`;
}

function aloneNote(
  name: string,
  alone: readonly { stage: string; seconds: number; processor: number }[],
  count: number,
): string {
  const ms = (value: number): string => ((value * 1_000) / count).toFixed(2);
  const stages = alone.map((one) => `${one.stage} ${ms(one.seconds)} (processor ${ms(one.processor)})`);
  return `${name}, each stage alone in one process, ms of each: ${stages.join(' · ')}`;
}

function peaks(name: string, mb: Record<string, number>): string {
  const most = Object.entries(mb).toSorted(([, a], [, b]) => b - a);
  return `${name}, most memory of a process in MB: ${most.map(([part, value]) => `${part} ${value}`).join(' · ')}`;
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1_000).toFixed(1);
}
