import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { createHashingEmbedder } from '#shared/adapters/hashing/hashing-embedder.ts';
import type { SearchAnswer } from '#shared/api/search.ts';
import type { Db } from '#shared/db/database.ts';
import { readConfig } from '#shared/runtime/config.ts';
import { buildContainer, type Container } from '#shared/runtime/container.ts';
import { type PreparedPassages, preparePassages, publishPassages } from '#testing/published-file.ts';
import type { Bench, BenchRow } from './bench.ts';
import { syntheticCorpus } from './bm25/corpora.ts';
import { percentiles, questions, timedAll } from './latencies.ts';
import { type BenchPerson, eachOf, startTemporarySystem, type TemporarySystem } from './temporary-system.ts';

const PASSAGES = Number(process.env.OMNIRAG_SCALE_PASSAGES ?? 1_000_000);
const PEOPLE = 50;
/** Of all passages, the largest person's. */
const LARGEST_SHARE = 0.1;
const QUESTIONS = 100;
const FILES_AT_ONCE = 3;
const SAY_EVERY_MS = 15_000;

/** Whether many others, and somebody with a great many passages, make searches slow. */
export const scale: Bench = {
  name: 'scale',
  description: `${PASSAGES.toLocaleString('en')} passages of ${PEOPLE} people: searches of the smallest, the middle and the largest`,
  onlyByName: true,
  async run(say) {
    let dataDir = '';
    const system = await startTemporarySystem({}, async (dir) => {
      dataDir = dir;
    });
    try {
      return { rows: await measure(system, dataDir, say), notes: [NOTE] };
    } finally {
      await system.stop();
    }
  },
};

const NOTE =
  `${PEOPLE} people; passages of 20 to 200 words that come again for other people, with vectors of 384 numbers, put into ` +
  'PostgreSQL and the local vector server as the pipeline does, without extraction. OMNIRAG_SCALE_PASSAGES sets how many. ' +
  'The local vector server looks at each vector of a person; Qdrant has an index for that.';

interface Tenant {
  person: BenchPerson;
  /** How many passages this one is to have; whole files make it a few more. */
  share: number;
  passages: number;
}

/** How many passages each person has, the largest first: a tenth of all, and what is left falls evenly. */
function shares(): number[] {
  const largest = Math.round(PASSAGES * LARGEST_SHARE);
  const steps = (PEOPLE * (PEOPLE - 1)) / 2;
  const others = Array.from({ length: PEOPLE - 1 }, (_, at) => ((PASSAGES - largest) * (PEOPLE - 1 - at)) / steps);
  return [largest, ...others.map(Math.round)];
}

async function measure(temporary: TemporarySystem, dataDir: string, say: (line: string) => void): Promise<BenchRow[]> {
  const sizes = shares();
  const corpus = syntheticCorpus(sizes[0] ?? 0);
  const ask = questions(corpus.files.flat());
  const embedder = createHashingEmbedder();
  const { env } = temporary.system;
  const container = buildContainer(readConfig({ ...env, DATABASE_POOL_MAX: '4', LOG_LEVEL: 'error' }));
  try {
    say(`scale: preparing ${sizes[0]?.toLocaleString('en')} passages …`);
    const prepared: PreparedPassages[] = [];
    for (const texts of corpus.files) prepared.push(await preparePassages(embedder, texts));

    const numbered = sizes.map((share, at) => ({ share, name: `person-${at}` }));
    const tenants = await eachOf(
      numbered,
      async ({ share, name }): Promise<Tenant> => ({ share, passages: 0, person: await temporary.newPerson(name) }),
      2,
    );
    const middle = tenants[Math.floor(PEOPLE / 2)];
    const smallest = tenants.at(-1);
    const largest = tenants[0];
    if (!middle || !smallest || !largest) throw new Error('There are people');

    await load(container, [middle], prepared, () => undefined);
    await temporary.vacuum();
    const alone = { name: 'the same, alone in the system', times: await searchTimes(middle, ask, 1) };
    const begun = performance.now();
    const others = tenants.filter((tenant) => tenant !== middle);
    await load(container, others, prepared, say);
    const seconds = (performance.now() - begun) / 1_000;
    await temporary.vacuum();
    const loaded = others.reduce((sum, { passages }) => sum + passages, 0);

    const rows: BenchRow[] = [{ name: 'passages put in', value: loaded / seconds, unit: 'passages/s' }];
    const measureOne = async (name: string, tenant: Tenant, callers: number, reference?: typeof alone) => {
      say(`scale: ${name}, ${callers} callers …`);
      const label = `${name} (${tenant.passages.toLocaleString('en')} passages), ${callers} at once`;
      rows.push(...percentiles(label, await searchTimes(tenant, ask, callers), reference));
    };
    await measureOne('the middle person', middle, 1, alone);
    await measureOne('the smallest person', smallest, 1);
    await measureOne('the largest person', largest, 1);
    await measureOne('the largest person', largest, 8);
    rows.push({
      name: 'answers that held fewer than the 10 best',
      value: await incomplete(tenants, ask),
      unit: 'answers',
    });
    rows.push(...(await sizesOf(container.db, dataDir, loaded + middle.passages)));
    for (const [name, value] of Object.entries(temporary.system.peakRssMb())) {
      if (value > 100) rows.push({ name: `most memory, ${name}`, value, unit: 'MB' });
    }
    return rows;
  } finally {
    await container.db.destroy();
  }
}

/** Gives each their number of passages: files of the corpus in turn, from a place of their own on. */
async function load(
  { db, vectorIndex }: Container,
  tenants: readonly Tenant[],
  prepared: readonly PreparedPassages[],
  say: (line: string) => void,
): Promise<void> {
  const total = tenants.reduce((sum, { share }) => sum + share, 0);
  const begun = performance.now();
  let [done, said] = [0, begun];
  const files = filesOf(tenants, prepared);
  const work = async (): Promise<void> => {
    for (const { tenant, file } of files) {
      await publishPassages({ db, everyone: db, vectorIndex }, tenant.person.id, file);
      done += file.texts.length;
      if (performance.now() - said < SAY_EVERY_MS) continue;
      said = performance.now();
      const rate = done / ((said - begun) / 1_000);
      say(
        `scale: ${done.toLocaleString('en')} of ${total.toLocaleString('en')} passages, ${Math.round(rate)} a second`,
      );
    }
  };
  await Promise.all(Array.from({ length: FILES_AT_ONCE }, work));
}

function* filesOf(
  tenants: readonly Tenant[],
  prepared: readonly PreparedPassages[],
): Generator<{ tenant: Tenant; file: PreparedPassages }> {
  let at = 0;
  for (const tenant of tenants) {
    for (; tenant.passages < tenant.share; at += 1) {
      const file = prepared[at % prepared.length];
      if (!file) return;
      tenant.passages += file.texts.length;
      yield { tenant, file };
    }
  }
}

async function searchTimes({ person }: Tenant, ask: (count: number) => string[], callers: number): Promise<number[]> {
  await timedAll(ask(10), 1, async (query) => void (await searchOf(person, query)));
  return timedAll(ask(QUESTIONS), callers, async (query) => void (await searchOf(person, query)));
}

async function searchOf(person: BenchPerson, query: string): Promise<SearchAnswer> {
  const answer = await person.search({ query, limit: 10 });
  if (answer.degraded.length > 0) throw new Error(`Legs did not answer: ${answer.degraded.join(', ')}`);
  return answer;
}

/** One search of everybody, who all have passages enough for ten results. */
async function incomplete(tenants: readonly Tenant[], ask: (count: number) => string[]): Promise<number> {
  let short = 0;
  for (const { person } of tenants) {
    const { results } = await searchOf(person, ask(1)[0] ?? '');
    if (results.length < 10) short += 1;
  }
  return short;
}

async function sizesOf(db: Db, dataDir: string, passages: number): Promise<BenchRow[]> {
  const { rows } = await sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`.execute(db);
  return [
    { name: 'PostgreSQL, a passage', value: (rows[0]?.bytes ?? 0) / passages, unit: 'bytes' },
    {
      name: 'vector server on disk, a passage',
      value: (await folderSize(join(dataDir, 'qdrant'))) / passages,
      unit: 'bytes',
    },
  ];
}

async function folderSize(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
