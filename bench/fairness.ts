import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createApiClient } from '#cli/api-client.ts';
import type { FileView } from '#shared/api/files.ts';
import { asUser } from '#shared/db/as-user.ts';
import { type Db, openDatabase } from '#shared/db/database.ts';
import { readConfig } from '#shared/runtime/config.ts';
import { makePdf, samplePageText } from '#testing/documents/make-pdf.ts';
import { median } from '#testing/hostile/storm.ts';
import type { Bench, BenchRow } from './bench.ts';
import { type BenchPerson, eachOf, startTemporarySystem, type TemporarySystem } from './temporary-system.ts';

const DROPPED = 1_500;
const NOTES = 5;
const PAGES = 3_000;
const OTHERS = 418;
const LOOK_MS = 100;

/** One person's backlog beside another's single file, and one person's long document beside another's many files. */
export const fairness: Bench = {
  name: 'fairness',
  description: `a note while ${DROPPED} dropped files of another wait; a PDF of ${PAGES} pages while ${OTHERS} files of another pass`,
  onlyByName: true,
  async run(say) {
    const rows: BenchRow[] = [];
    for (const measure of [notesAmidDropped, longAmidMany]) {
      const temporary = await startTemporarySystem();
      try {
        rows.push(...(await measure(temporary, say)));
      } finally {
        await temporary.stop();
      }
    }
    return { rows, notes: [] };
  },
};

/** Sends a file and waits for it. @returns seconds */
async function timedNote(person: BenchPerson, name: string): Promise<number> {
  const begun = performance.now();
  await person.add([{ name, text: `A note about ${name}.` }], () => undefined);
  return (performance.now() - begun) / 1_000;
}

async function notesAmidDropped(
  { system, newPerson }: TemporarySystem,
  say: (line: string) => void,
): Promise<BenchRow[]> {
  const [author, other] = [await newPerson('author'), await newPerson('other')];
  const alone: number[] = [];
  for (let note = 0; note < NOTES; note += 1) alone.push(await timedNote(other, `alone-${note}.txt`));
  const config = readConfig(system.env);
  const db = openDatabase({ url: config.DATABASE_URL, poolMax: 2 });
  const { S3_ENDPOINT: endpoint = '', AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = system.env;
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  const s3 = new S3Client({ region: config.AWS_REGION, endpoint, forcePathStyle: true, credentials });
  try {
    const names = Array.from({ length: DROPPED }, (_, n) => `dropped-${n}.txt`);
    const drop = { Bucket: config.S3_INCOMING_BUCKET, ContentType: 'text/plain' };
    await eachOf(names, (name) =>
      s3.send(new PutObjectCommand({ ...drop, Key: `drop/${author.id}/${name}`, Body: `Of ${name}.` })),
    );
    say(`${DROPPED} files are dropped`);
    const amid: number[] = [];
    for (let note = 0; note < NOTES; note += 1) amid.push(await timedNote(other, `amid-${note}.txt`));
    const ready = await countReady(db, author.id);
    if (ready === DROPPED) throw new Error('The dropped files were through before the notes: nothing was measured.');
    const reference = { name: 'alone', value: median(alone) };
    const value = median(amid);
    return [
      { name: `a note amid ${DROPPED} dropped files`, value, unit: 's', reference, ratio: value / reference.value },
      { name: 'the slowest of them', value: Math.max(...amid), unit: 's' },
      { name: 'dropped files READY by then', value: ready, unit: '' },
    ];
  } finally {
    s3.destroy();
    await db.destroy();
  }
}

function countReady(db: Db, userId: string): Promise<number> {
  return asUser(db, userId, async (trx) => {
    const files = trx.selectFrom('files').where('source', '=', 'bucket').where('status', '=', 'READY');
    const { ready } = await files.select(({ fn }) => fn.countAll<number>().as('ready')).executeTakeFirstOrThrow();
    return ready;
  });
}

async function longAmidMany({ system, newPerson }: TemporarySystem, say: (line: string) => void): Promise<BenchRow[]> {
  const [author, other] = [await newPerson('author'), await newPerson('other')];
  say('the long PDF alone …');
  const alone = await watch(system.url, author, await sendPdf(system.url, author, 'alone'), () => true);
  const file = await sendPdf(system.url, author, 'beside others');
  const look = async () => createApiClient(system.url, await author.token()).file(file.id);
  while ((await look()).progress.pagesDone === 0) await new Promise((resume) => setTimeout(resume, LOOK_MS));
  say('it is begun once more, beside others …');
  const begun = performance.now();
  const files = Array.from({ length: OTHERS }, (_, n) => ({ name: `passing-${n}.txt`, text: `Passing ${n}.` }));
  let passing = true;
  const passed = other.add(files, say).finally(() => {
    passing = false;
  });
  const [amid] = await Promise.all([watch(system.url, author, file, () => passing), passed]);
  const reference = { name: 'alone', value: alone.still };
  return [
    { name: `${OTHERS} files of another pass`, value: (performance.now() - begun) / 1_000, unit: 's' },
    { name: 'meanwhile the long PDF stood still for', value: amid.still, unit: 's', reference },
    {
      name: 'its pages read, passages made and published, a second',
      value: amid.speed,
      unit: '',
      reference: { name: 'alone', value: alone.speed },
    },
  ];
}

async function sendPdf(url: string, person: BenchPerson, about: string): Promise<FileView> {
  const pages = Array.from({ length: PAGES }, (_, page) => `${samplePageText(page + 1)} It stands ${about}.`);
  const body = new FormData();
  body.append('file', new File([new Uint8Array(makePdf({ pages }))], `${about}.pdf`));
  const headers = { authorization: `Bearer ${await person.token()}` };
  const answer = await fetch(`${url}/files`, { method: 'POST', headers, body });
  if (!answer.ok) throw new Error(`POST /files answered ${answer.status}: ${await answer.text()}`);
  return ((await answer.json()) as { file: FileView }).file;
}

/** Looks at a file until it is READY, or others are through. @returns seconds of its longest standstill, and steps a second */
async function watch(
  url: string,
  person: BenchPerson,
  { id }: FileView,
  isWorthIt: () => boolean,
): Promise<{ still: number; speed: number }> {
  const begun = performance.now();
  let [still, moved, last, first] = [0, begun, -1, 0];
  for (;;) {
    const { progress, status, error } = await createApiClient(url, await person.token()).file(id);
    if (status === 'FAILED') throw new Error(`${id} failed: ${error?.message}`);
    const steps = progress.pagesDone + progress.chunks + progress.chunksSynced;
    const now = performance.now();
    still = Math.max(still, now - moved);
    if (last < 0) first = steps;
    if (steps !== last) [moved, last] = [now, steps];
    if (status === 'READY' || !isWorthIt()) {
      return { still: still / 1_000, speed: ((steps - first) * 1_000) / (now - begun) };
    }
    await new Promise((resume) => setTimeout(resume, LOOK_MS));
  }
}
